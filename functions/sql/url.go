package sql

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// target is a parsed datasource URL.
type target struct {
	engine   string // "postgresql", "mysql", "sqlserver" or "sqlite"
	host     string
	port     string
	instance string // SQL Server
	database string // name; for SQLite the file
	user     string
	password string
	options  map[string]string // by lower-case name
}

// ParseURL checks that a datasource URL can be used. It takes JDBC URLs (jdbc:mariadb:, jdbc:mysql:, jdbc:postgresql:,
// jdbc:sqlserver:, jdbc:sqlite:) and their Go-style forms (mysql://, postgres://, sqlserver://, sqlite:). It gives
// the engine's name: postgresql, mysql, sqlserver or sqlite. Errors do not show the URL, which may hold a password.
func ParseURL(text string) (engine string, err error) {
	t, err := parseURL(text)
	if err != nil {
		return "", err
	}
	return t.engine, nil
}

func parseURL(text string) (target, error) {
	t, err := splitURL(strings.TrimSpace(text))
	if err != nil {
		return target{}, task.Errorf(task.SqlConnect, "datasource URL: %v", err)
	}
	return t, nil
}

func splitURL(text string) (target, error) {
	scheme, rest, ok := strings.Cut(strings.TrimPrefix(text, "jdbc:"), ":")
	if !ok {
		return target{}, fmt.Errorf("it does not start with jdbc:<engine>: or <engine>://")
	}
	switch strings.ToLower(scheme) {
	case "postgresql", "postgres":
		return networkURL("postgresql", "5432", rest)
	case "mariadb", "mysql":
		return networkURL("mysql", "3306", rest)
	case "sqlserver", "mssql":
		return sqlServerURL(rest)
	case "sqlite":
		return target{engine: "sqlite", database: strings.TrimPrefix(rest, "//")}, nil
	}
	return target{}, fmt.Errorf("engine %q is not mariadb, mysql, postgresql, sqlserver or sqlite", scheme)
}

// networkURL reads //[user[:password]@]host[:port][/database][?options], and JDBC's short form without //.
func networkURL(engine, port, rest string) (target, error) {
	if !strings.HasPrefix(rest, "//") {
		rest = "//localhost/" + strings.TrimPrefix(rest, "/")
	}
	authority, path, query := splitParts(rest[2:])
	t := target{engine: engine, port: port}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		if err := t.setUser(authority[:i]); err != nil {
			return target{}, err
		}
		authority = authority[i+1:]
	}
	if strings.Contains(authority, ",") {
		return target{}, fmt.Errorf("several hosts are not supported")
	}
	if err := t.setHost(authority); err != nil {
		return target{}, err
	}
	database, err := url.PathUnescape(path)
	if err != nil {
		return target{}, fmt.Errorf("the database name is not escaped correctly")
	}
	t.database = database
	options, err := url.ParseQuery(query)
	if err != nil {
		return target{}, fmt.Errorf("the options are not escaped correctly")
	}
	for name, values := range options {
		t.setOption(name, values[len(values)-1])
	}
	return t, nil
}

func splitParts(text string) (authority, path, query string) {
	text, query, _ = strings.Cut(text, "?")
	authority, path, _ = strings.Cut(text, "/")
	return authority, path, query
}

func (t *target) setUser(text string) error {
	user, password, _ := strings.Cut(text, ":")
	var err error
	if t.user, err = url.PathUnescape(user); err != nil {
		return fmt.Errorf("the user is not escaped correctly")
	}
	if t.password, err = url.PathUnescape(password); err != nil {
		return fmt.Errorf("the password is not escaped correctly")
	}
	return nil
}

func (t *target) setHost(authority string) error {
	t.host = authority
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		t.host, t.port = authority[:i], authority[i+1:]
	}
	t.host = strings.Trim(t.host, "[]")
	if t.host == "" {
		t.host = "localhost"
	}
	if !isPort(t.port) {
		return fmt.Errorf("port %q is not a number", t.port)
	}
	if strings.ContainsAny(t.host, " \t\r\n'\"\\") {
		return fmt.Errorf("host %q is not a host name", t.host)
	}
	return nil
}

func isPort(port string) bool {
	return port != "" && len(port) <= 5 && strings.Trim(port, "0123456789") == ""
}

// setOption keeps an option; user, password and database are not options but parts of the target.
func (t *target) setOption(name, value string) {
	switch strings.ToLower(name) {
	case "user", "username":
		t.user = value
		return
	case "password", "pwd":
		t.password = value
		return
	case "databasename", "database":
		t.database = value
		return
	case "servername", "server":
		t.host = value
		return
	case "portnumber", "port":
		t.port = value
		return
	case "instancename":
		t.instance = value
		return
	}
	if t.options == nil {
		t.options = map[string]string{}
	}
	t.options[strings.ToLower(name)] = value
}

func (t target) address() string { return net.JoinHostPort(t.host, t.port) }

// server is the address of the server, "" for a database that is a file.
func (t target) server() string {
	if t.host == "" {
		return ""
	}
	return t.address()
}

// sqlServerURL reads JDBC's //host[\instance][:port][;name=value]… and the Go form with user@, /instance and ?options.
func sqlServerURL(rest string) (target, error) {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return target{}, fmt.Errorf("// is missing after the engine")
	}
	head, properties, _ := strings.Cut(rest, ";")
	authority, instance, query := splitParts(head)
	if i := strings.IndexByte(authority, '\\'); i >= 0 {
		name, port, _ := strings.Cut(authority[i+1:], ":")
		authority, instance = authority[:i], name
		if port != "" {
			authority += ":" + port
		}
	}
	t, err := networkURL("sqlserver", "1433", "//"+authority+"/?"+query)
	if err != nil {
		return target{}, err
	}
	t.instance = instance
	for properties != "" {
		var name, value string
		if name, value, properties, err = nextProperty(properties); err != nil {
			return target{}, err
		}
		if name != "" {
			t.setOption(name, value)
		}
	}
	if !isPort(t.port) {
		return target{}, fmt.Errorf("port %q is not a number", t.port)
	}
	return t, nil
}

// nextProperty takes one name=value; off the front; a value in braces may hold semicolons, and }} for }.
func nextProperty(text string) (name, value, rest string, err error) {
	text = strings.TrimLeft(text, " ;")
	if text == "" {
		return "", "", "", nil
	}
	name, text, ok := strings.Cut(text, "=")
	if !ok {
		return "", "", "", fmt.Errorf("property %q has no value", strings.TrimSpace(name))
	}
	name = strings.TrimSpace(name)
	if !strings.HasPrefix(text, "{") {
		value, rest, _ = strings.Cut(text, ";")
		return name, strings.TrimSpace(value), rest, nil
	}
	size := braced(text)
	if size < 0 {
		return "", "", "", fmt.Errorf("property %q is not closed by }", name)
	}
	return name, strings.ReplaceAll(text[1:size-1], "}}", "}"), text[size:], nil
}

// braced returns the length of a value in braces, -1 when it is not closed.
func braced(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] != '}' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '}' {
			return i + 1
		}
		i++
	}
	return -1
}

// takeOption gives an option's value and removes it, so that what is left over is unknown.
func (t *target) takeOption(name string) (string, bool) {
	value, ok := t.options[name]
	delete(t.options, name)
	return value, ok
}

// checkOptions refuses options that nobody took and that do not belong to those without effect here.
func (t *target) checkOptions(without ...string) error {
	for name := range t.options {
		if !slices.Contains(without, name) {
			return task.Errorf(task.SqlConnect, "datasource URL: option %q is not supported", name)
		}
	}
	return nil
}
