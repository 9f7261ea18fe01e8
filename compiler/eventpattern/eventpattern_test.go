package eventpattern_test

import (
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/compiler/eventpattern"
	"github.com/steploom/steploom/compiler/source"
)

// TestOf writes patterns in which every value is a list of the allowed ones.
func TestOf(t *testing.T) {
	for _, c := range []struct{ from, kind, fields, want string }{
		{"", "", "", `{}`},
		{"shop", "", "", `{"source":["shop"]}`},
		{"", "OrderPaid", "", `{"detail-type":["OrderPaid"]}`},
		{"shop", "OrderPaid", "{status: [paid, 1], total: 5, of: {name: x, gone: null}}", `{"source":["shop"],"detail-type":["OrderPaid"],"detail":{"status":["paid",1],"total":[5],"of":{"name":["x"],"gone":[null]}}}`},
	} {
		reader := source.Reader{}
		fields := reader.Read(source.File{Path: "w.yaml", Bytes: []byte(c.fields)})
		if got, _ := json.Marshal(eventpattern.Of(c.from, c.kind, fields)); string(got) != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
