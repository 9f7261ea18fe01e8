package sql

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
)

// target is a parsed datasource URL.
type target struct {
	engine   sqltext.Engine
	host     string
	port     string
	instance string // SQL Server
	database string // name; for SQLite the file
	user     string
	password string
	options  map[string]string // by lower-case name

	standsFor string   // the scheme of what a SQLite file stands for
	homes     []string // the schemas that bare names lie in, of a SQLite file that stands for a database
}

// ParseURL checks that a datasource URL can be used. It takes JDBC URLs (jdbc:mariadb:, jdbc:mysql:, jdbc:postgresql:,
// jdbc:sqlserver:, jdbc:sqlite:) and their Go-style forms (mysql://, postgres://, sqlserver://, sqlite:). Errors do not show the URL,
// which may hold a password.
func ParseURL(text string) (sqltext.Engine, error) {
	t, err := parseURL(text)
	return t.engine, err
}

// CheckOptions tells which option of a datasource URL that can be used keeps the function from using it: one that it does not know, or whose value is
// none.
func CheckOptions(text string) error {
	t, err := parseURL(text)
	if err != nil {
		return err
	}
	switch t.engine {
	case sqltext.PostgreSQL:
		_, err = postgresSettings(&t)
	case sqltext.MySQL:
		err = mysqlSettings(&t, mysql.NewConfig())
	case sqltext.SQLServer:
		_, err = sqlServerSettings(&t)
	}
	return err
}

func parseURL(text string) (target, error) {
	t, err := splitURL(strings.TrimSpace(text))
	if err != nil {
		return target{}, task.Errorf(task.SqlConnect, "datasource URL: %v", err)
	}
	return t, nil
}

func splitURL(text string) (target, error) {
	scheme, rest, ok := cutScheme(text)
	if !ok {
		return target{}, fmt.Errorf("it does not start with jdbc:<engine>: or <engine>://")
	}
	switch engine := sqltext.EngineOf(text); engine {
	case sqltext.PostgreSQL:
		return networkURL(engine, "5432", rest)
	case sqltext.MySQL:
		return networkURL(engine, "3306", rest)
	case sqltext.SQLServer:
		return sqlServerURL(rest)
	case sqltext.SQLite:
		return sqliteURL(rest)
	}
	return target{}, fmt.Errorf("engine %q is not mariadb, mysql, postgresql, sqlserver or sqlite", scheme)
}

// cutScheme cuts a URL behind its scheme, which is in lower case then; jdbc: goes.
func cutScheme(text string) (scheme, rest string, ok bool) {
	const jdbc = "jdbc:"
	if len(text) >= len(jdbc) && strings.EqualFold(text[:len(jdbc)], jdbc) {
		text = text[len(jdbc):]
	}
	scheme, rest, ok = strings.Cut(text, ":")
	return strings.ToLower(scheme), rest, ok
}

// The options of a SQLite URL that say what the file stands for: the engine, and the schemas that its bare names lie in.
const (
	standsFor = "_stands_for"
	home      = "_home"
)

// StandIn is the URL of a SQLite file that stands for the database of a URL: it answers to a write what the engine answers, and knows the
// schemas that the database's bare names lie in.
func StandIn(file, of string) string {
	scheme, _, _ := cutScheme(strings.TrimSpace(of))
	options := url.Values{standsFor: {scheme}, home: Homes(of)}
	return "sqlite:" + file + "?" + options.Encode()
}

// Homes are the schemas in which the bare names of a database lie: of PostgreSQL the first of its search path, of MariaDB the database, of SQL
// Server dbo and the database. None when the URL cannot be read.
func Homes(text string) []string {
	t, err := parseURL(text)
	if err != nil {
		return nil
	}
	switch t.engine {
	case sqltext.PostgreSQL:
		path := t.options["currentschema"] + t.options["search_path"]
		first, _, _ := strings.Cut(path+",public", ",")
		return []string{strings.Trim(cmp.Or(first, "public"), `" `)}
	case sqltext.SQLServer:
		return slices.DeleteFunc([]string{"dbo", t.database}, func(name string) bool { return name == "" })
	case sqltext.MySQL:
		return slices.DeleteFunc([]string{t.database}, func(name string) bool { return name == "" })
	}
	return nil
}

// sqliteURL reads the file and what it stands for, and leaves the options that are the driver's with the file.
func sqliteURL(rest string) (target, error) {
	t := target{engine: sqltext.SQLite, database: strings.TrimPrefix(rest, "//")}
	file, query, _ := strings.Cut(t.database, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return target{}, fmt.Errorf("the options are not escaped correctly")
	}
	if options.Has(standsFor) {
		t.standsFor, t.homes = options.Get(standsFor), options[home]
		options.Del(standsFor)
		options.Del(home)
		t.database = strings.TrimSuffix(file+"?"+options.Encode(), "?")
	}
	return t, nil
}

// networkURL reads //[user[:password]@]host[:port][/database][?options], and JDBC's short form without //.
func networkURL(engine sqltext.Engine, port, rest string) (target, error) {
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
	t, err := networkURL(sqltext.SQLServer, "1433", "//"+authority+"/?"+query)
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
	for _, name := range slices.Sorted(maps.Keys(t.options)) {
		if !slices.Contains(without, name) {
			return task.Errorf(task.SqlConnect, "datasource URL: option %q is not supported", name)
		}
	}
	return nil
}
