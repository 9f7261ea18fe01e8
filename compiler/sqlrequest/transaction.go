package sqlrequest

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Transaction is a variable in which a definition collects the statements of a transaction. Nothing is done before all of them go to function sql
// in one request, so that an execution that ends in between leaves nothing half done. The variable holds {"bytes": …, "statements": […]}: when the
// statements become more than a state can carry it lets go of them and keeps their size alone, for which the request fails by name.
type Transaction struct{ Variable string }

// Collected is one statement as it is collected. Parameters give a list with one element for each place.
type Collected struct {
	SQL, Parameters jsonata.Node
	// Name and IndexOrNil are where its result is found later; without a name its rows are left out of the answer.
	Name       string
	IndexOrNil jsonata.Node
}

// Empty is the value of the variable before the first statement and after the last request.
func (Transaction) Empty() ir.Value { return ir.Object("bytes", 0.0, "statements", []any{}) }

// With is the value of the variable with one more statement.
func (t Transaction) With(statement Collected) jsonata.Node {
	members := []build.Member{build.Of("sql", statement.SQL), build.Of("parameters", statement.Parameters)}
	switch {
	case statement.Name == "":
		members = append(members, build.Of("discard", build.Bool(true)))
	case statement.IndexOrNil != nil:
		members = append(members, build.Of("name", build.Text(statement.Name)), build.Of("index", statement.IndexOrNil))
	default:
		members = append(members, build.Of("name", build.Text(statement.Name)))
	}
	return build.Held("statement", build.Object(members...), func(added jsonata.Node) jsonata.Node {
		bytes := build.Binary(build.Path(build.Var(t.Variable), "bytes"), "+", mostBytes(added))
		return build.Held("bytes", bytes, func(bytes jsonata.Node) jsonata.Node {
			tooMany := build.Binary(bytes, ">", build.Number(task.CollectedLimit))
			all := build.List(build.Path(build.Var(t.Variable), "statements"), added)
			return build.Object(build.Of("bytes", bytes), build.Of("statements", build.If(tooMany, build.List(), all)))
		})
	})
}

// mostBytes is a number of bytes that a value and a comma have at most as JSON: characters outside of ASCII have up to four.
func mostBytes(value jsonata.Node) jsonata.Node {
	ascii := build.Call("replace", build.Call("string", value), build.Regex("[^ -~]", ""), build.Text("____"))
	return build.Binary(build.Call("length", ascii), "+", build.Number(1))
}

// Request is the request that runs all statements that were collected, or none.
func (t Transaction) Request(datasource string) *jsonata.Object {
	return ir.Object("datasource", datasource, "transaction", true,
		"statements", build.Path(build.Var(t.Variable), "statements"), "collected", build.Path(build.Var(t.Variable), "bytes"))
}

// Rows are the rows of the last statement of a name, otherwise where the request held none of that name: in terms of ir.Result().
func Rows(name string, otherwise jsonata.Node) jsonata.Node {
	found := named(build.Binary(build.Name("name"), "=", build.Text(name)))
	last := build.Filter(build.Block(found), build.Number(-1))
	return build.If(build.Exists(found), build.List(build.Field(last, task.SQLRows)), otherwise)
}

// RowsByIndex adds to an object the rows of the statements of a name by their indexes, the later winning: in terms of ir.Result().
func RowsByIndex(name string, before jsonata.Node) jsonata.Node {
	isIt := build.All(build.Binary(build.Name("name"), "=", build.Text(name)), build.Exists(build.Name("index")))
	entry := build.Object(build.Member{Key: build.Name("index"), Value: build.List(build.Name(task.SQLRows))})
	return build.Call("merge", build.List(before, build.Step(named(isIt), entry)))
}

// named are the results of the statements that a condition picks.
func named(condition jsonata.Node) jsonata.Node {
	return build.Select(build.Path(ir.Result(), task.SQLResults), condition)
}
