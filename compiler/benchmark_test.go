package compiler_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
)

// project is an APICHAP folder of n operations, each with a read, an exception, a loop and a response.
func project(n int) source.Files {
	files := source.Files{{Path: "db.yaml", Bytes: []byte("datasources:\n  db:\n    type: db\n    url: jdbc:postgresql://localhost:5432/postgres\n")}}
	for i := range n {
		text := strings.ReplaceAll(operationSource, "NUMBER", fmt.Sprint(i))
		files = append(files, source.File{Path: fmt.Sprintf("operation%04d.yaml", i), Bytes: []byte(text)})
	}
	return files
}

const operationSource = `operations:
  'post /orders/NUMBER':
    fulfillments:
      - name: order
        type: READ
        datasource: db
        instructions:
          - sql:
              query: SELECT id, state FROM orders WHERE id = ?
              parameters:
                - param: BODY($.id)
        exceptions:
          - if: SIZE(VALUE(order, $)) == INTEGER(0)
            statuscode: 404
            message: No such order
      - name: line
        type: LOOP
        loop: BODY($.lines)
        fulfillments:
          - name: stock
            type: UPDATE
            datasource: db
            instructions:
              - sql:
                  query: UPDATE stock SET amount = amount - ? WHERE sku = ?
                  parameters:
                    - param: VALUE(line, $.amount)
                    - param: VALUE(line, $.sku)
    responses:
      - name: success
        statuscode: 200
        default: true
        schema:
          id: VALUE(order, $[0].id)
          state: VALUE(order, $[0].state)
`

func compileProject(t testing.TB, files source.Files) compiler.Output {
	output, found := compiler.Compile(files, compiler.Options{})
	if found.HasErrors() {
		t.Fatal(diagnostics(found))
	}
	return output
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("operations=%d", n), func(b *testing.B) {
			files := project(n)
			for b.Loop() {
				compileProject(b, files)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/operation")
		})
	}
}

// TestCompileIsLinear compiles growing projects. It reports the time per operation, which depends on the machine, and checks what does not:
// the number of allocations per operation.
func TestCompileIsLinear(t *testing.T) {
	var time10, allocations10 float64
	for _, n := range []int{10, 100, 300} {
		files := project(n)
		compileProject(t, files[:2]) // what is made once does not count
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		output := compileProject(t, files)
		took := float64(time.Since(start).Microseconds()) / float64(n)
		runtime.ReadMemStats(&after)
		allocations := float64(after.Mallocs-before.Mallocs) / float64(n)
		if n == 10 {
			time10, allocations10 = took, allocations
		}
		t.Logf("%4d operations: %5.0f µs each, %.2f times that of 10; %5.0f allocations each, %.2f times that of 10",
			n, took, took/time10, allocations, allocations/allocations10)
		if len(output.Machines) != n || len(output.Files) != n {
			t.Errorf("%d operations gave %d machines and %d files", n, len(output.Machines), len(output.Files))
		}
		if allocations > 1.2*allocations10 {
			t.Errorf("an operation among %d costs %.0f allocations, among 10 it costs %.0f", n, allocations, allocations10)
		}
	}
}

func TestCompileIsDeterministic(t *testing.T) {
	first := compileProject(t, project(5))
	for range 5 {
		again := compileProject(t, project(5))
		for path, text := range first.Files {
			if !bytes.Equal(text, again.Files[path]) {
				t.Fatalf("%s differs between two runs", path)
			}
		}
	}
}
