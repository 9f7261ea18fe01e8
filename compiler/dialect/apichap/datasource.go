package apichap

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

func (r *reader) datasources(node *source.Node) {
	node.Map("the datasources")
	for _, entry := range node.Entries() {
		if first, twice := r.seenDatasources[entry.Name]; twice {
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "datasource %q is defined twice", entry.Name).
				Fix("delete one of the two").
				Also(first.Range, "first defined here"))
			continue
		}
		r.seenDatasources[entry.Name] = entry.Key
		if connection := r.datasource(entry); connection != nil {
			r.project.datasources = append(r.project.datasources, &datasource{entry.Name, entry.Key, connection})
		}
	}
}

func (r *reader) datasource(entry source.Entry) *ir.Connection {
	fields := entry.Value.Map("a datasource")
	kind := fields.Need("type")
	if kind == nil {
		return nil
	}
	word, ok := kind.OneOf("db", "api", "restapi", "ftp", "nosql")
	if !ok {
		return nil
	}
	connection := &ir.Connection{Name: entry.Name, Range: entry.Key.Range}
	switch word {
	case "db":
		connection.Kind = ir.Database
		r.database(connection, fields)
	case "api", "restapi":
		connection.Kind = ir.API
		if word == "restapi" {
			kind.Report(report.Warning(codeOldForm, kind.Range, `"restapi" is the type of older versions`).Fix("write type: api").Edit(diag.Edit{Range: kind.Range, New: "api"}))
		}
	case "ftp":
		connection.Kind = ir.FTP
		r.fileServer(connection, fields)
	default:
		kind.Report(report.Error(codeUnsupported, kind.Range, "NoSQL datasources are not supported").
			Why("The language does not say what their instructions are.").Fix("reach the database through its HTTP API, by a datasource of type api"))
		return nil
	}
	fields.Done()
	return connection
}

func (r *reader) database(connection *ir.Connection, fields *source.Fields) {
	if node := fields.Need("url"); node != nil {
		text, _ := node.Str()
		if ref, isReference := environmentName(text); isReference {
			text = r.environmentText(node, ref)
		}
		var user, password string
		connection.URL, user, password = ir.SplitCredentials(text)
		connection.User.Literal = user
		if password != "" {
			r.literalPassword(node)
			connection.Password.Literal = password
		}
	}
	if node := fields.Take("user"); node != nil {
		connection.User = r.credential(node)
	}
	if node := fields.Take("password"); node != nil {
		connection.Password = r.password(node)
	}
	r.oldLanguage(fields, "pwd")
}

// environmentName reads ${NAME} or ${ENV(NAME)} that is the whole text.
func environmentName(text string) (name string, ok bool) {
	match := regexp.MustCompile(`^\$\{\s*(?:ENV\(\s*)?([A-Za-z_][A-Za-z0-9_.-]*)\s*\)?\s*\}$`).FindStringSubmatch(strings.TrimSpace(text))
	if match == nil {
		return "", false
	}
	return match[1], true
}

// environmentText gives the value of a variable that must be known when compiling.
func (r *reader) environmentText(node *source.Node, name string) string {
	if value, known := r.variable(name); known {
		return value
	}
	node.Report(report.Error(codeDatasource, node.Range, "there is no variable %q in the environment section", name).
		Fix("add it to environment: in .environment.yaml, or write the value here"))
	return ""
}

// variable gives the value of a variable of the environment section.
func (r *reader) variable(name string) (value string, known bool) {
	entry, known := r.project.environment[name]
	if !known {
		return "", false
	}
	r.referred[entry.Key] = true
	return entry.Value.Value(), true
}

// credential reads a text or a reference to one.
func (r *reader) credential(node *source.Node) ir.Credential {
	text, _ := node.Str()
	name, isReference := environmentName(text)
	if !isReference {
		return ir.Credential{Literal: text}
	}
	if value, known := r.variable(name); known {
		return ir.Credential{Literal: value}
	}
	return ir.Credential{Ref: name}
}

func (r *reader) password(node *source.Node) ir.Credential {
	text, _ := node.Str()
	if _, isReference := environmentName(text); !isReference && text != "" {
		r.literalPassword(node)
	}
	return r.credential(node)
}

func (r *reader) literalPassword(node *source.Node) {
	node.Report(report.Warning(codePassword, node.Range, "a password is written out here").
		Why("It is kept out of every generated file, but everybody who can read this file knows it.").
		Fix("write ${NAME} and give NAME its value in .env, or in a secret"))
}
