package sqlrequest

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Output gives, in terms of ir.Result(), what of an answer has a name; only tells that nothing else is put out.
type Output func(name string, only bool) jsonata.Node

// answered gives what has its name in the answer to any statement; nil for other names.
func answered(name string) jsonata.Node {
	switch name {
	case "rows":
		return build.Path(ir.Result(), task.SQLRows)
	case "affected", "row_count", "rowcount", "affected_rows":
		return build.Path(ir.Result(), task.SQLAffected)
	default:
		return nil
	}
}

func column(name string) jsonata.Node {
	return build.Field(build.Filter(build.Path(ir.Result(), task.SQLRows), build.Number(0)), name)
}

// Row is the Output of a statement that reads: all rows when that is the only one, otherwise a column of the first row.
func Row(name string, only bool) jsonata.Node {
	if value := answered(name); value != nil {
		return value
	}
	if only {
		return answered("rows")
	}
	return build.OrNull(column(name))
}

// Key is the Output of a statement that writes: a column of the written row, its key, or how many rows there are.
func Key(engine sqltext.Engine) Output {
	return func(name string, _ bool) jsonata.Node {
		if value := answered(name); value != nil {
			return value
		}
		columns := []string{"insert_id", "id"}
		if engine == sqltext.SQLServer {
			columns = append(columns, "GENERATED_KEYS")
		}
		if name != "id" {
			columns = append(columns, name)
		}
		value := answered("affected")
		for _, name := range columns {
			value = build.If(build.Exists(column(name)), column(name), value)
		}
		return value
	}
}
