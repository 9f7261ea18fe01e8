package nodes

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

// Datasources are the databases of a project. Nodes with the same address share one.
type Datasources struct {
	Connections []*ir.Connection
	names       map[*ast.Node]string
}

// With gives the databases that the nodes of one more workflow use.
func (d Datasources) With(document *ast.Document, assigned []Assignment, reader *source.Reader) Datasources {
	more := Datasources{Connections: slices.Clone(d.Connections), names: maps.Clone(d.names)}
	if more.names == nil {
		more.names = map[*ast.Node]string{}
	}
	for n, node := range document.Nodes {
		if assigned[n].Way == Here && usesDatabase(node) {
			more.names[node] = more.add(connection(node, reader))
		}
	}
	return more
}

func usesDatabase(node *ast.Node) bool {
	return node.Type == "db" && db().Here(node) || node.Type == "data" && isSQL(node.Runtime)
}

// connection is what a node says of its database.
func connection(node *ast.Node, reader *source.Reader) *ir.Connection {
	address := node.Runtime.Get("connection", "url", "connection_string")
	text := ast.Text(address)
	if text == "" || names.StartsWithReference(text) {
		name := cmp.Or(node.Runtime.Text("engine"), node.ID)
		if inner := names.Whole(text); inner != text {
			name = inner[strings.LastIndex(inner, ".")+1:]
		} else if text != "" {
			name = node.ID
		}
		reader.Report(report.Note(codes.Database, node.Range, "node %s uses the datasource %s", node.ID, name).Why("Its address is not written out.").
			Fix("set %s to the address of the database", task.VariableName(task.DatasourceVariable, name)))
		return &ir.Connection{Name: name, Kind: ir.Database, Range: node.Range}
	}
	c := &ir.Connection{Name: node.ID, Kind: ir.Database, URL: text, Range: address.Range}
	if u, err := url.Parse(text); err == nil && u.User != nil {
		c.User.Literal = u.User.Username()
		c.Password.Literal, _ = u.User.Password()
		if c.Password.Literal != "" {
			reader.Report(report.Warning(codes.Secret, address.Range, "the address of the database holds a password").Why("It is moved into a secret.").
				Fix("use security: {secret_ref: NAME}"))
		}
		u.User = nil
		c.URL = u.String()
	}
	if secret := node.Security.Text("secret_ref"); secret != "" {
		c.User, c.Password = ir.Credential{Ref: secret}, ir.Credential{Ref: secret}
	}
	return c
}

// add adds a connection and gives its name; of several with the same address the first stands for all.
func (d *Datasources) add(c *ir.Connection) string {
	for _, known := range d.Connections {
		if known.URL == c.URL && known.User == c.User && (c.URL != "" || known.Name == c.Name) {
			return known.Name
		}
	}
	for slices.ContainsFunc(d.Connections, func(known *ir.Connection) bool { return known.Name == c.Name }) {
		c.Name += "_" + string(c.Kind)
	}
	d.Connections = append(d.Connections, c)
	return c.Name
}
