package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/ftp"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Source says why a datasource stands where it stands.
type Source string

// The sources of a datasource's address, strongest first.
const (
	FromFlag        Source = "--datasource"
	FromEnvironment Source = "environment"
	FromFile        Source = "file"
	FromEmbedded    Source = "embedded SQLite"
	FromFolder      Source = "embedded folder"
)

// Datasource tells which database or file server stands behind a name in a local run.
type Datasource struct {
	Name   string
	Source Source
	// Address is the URL without user and password; of what is embedded the folder of its files.
	Address string
	// Reason says why the file's URL could not be used.
	Reason string
	// Embedded tells how an embedded database was filled; nil for others.
	Embedded *Embedded
	// Folder tells how a folder that stands in for a file server was filled; nil for others.
	Folder *EmbeddedFolder
	// written is what the workflow says of it.
	written ir.Connection
}

// String is one line for the console.
func (d Datasource) String() string {
	if !d.isEmbedded() {
		return fmt.Sprintf("datasource %s: %s (%s)", d.Name, withoutKeys(d.Address), d.Source)
	}
	text := fmt.Sprintf("datasource %s: %s in %s (%s)", d.Name, d.Source, d.Address, d.Reason)
	switch {
	case d.Folder != nil:
		text += d.Folder.filling()
	case len(d.Embedded.Loaded) > 0:
		text += ", filled from " + strings.Join(d.Embedded.Loaded, ", ")
	case d.Embedded.Stale:
		text += "; the scripts have changed since it was filled, delete the folder to fill it anew"
	case d.Embedded.Unfilled != "":
		text += "; no script fills it: they go into " + d.Embedded.Unfilled
	}
	return text
}

// withoutKeys is the address of a file server without the public keys that it is known by, which fill lines.
func withoutKeys(address string) string {
	base, query, _ := strings.Cut(address, "?")
	separator := "?"
	for option := range strings.SplitSeq(query, "&") {
		if option != "" && !strings.HasPrefix(option, "ca=") && !strings.HasPrefix(option, "hostKey=") {
			base, separator = base+separator+option, "&"
		}
	}
	return base
}

// isEmbedded tells whether the datasource is one of this machine that stands in for a server.
func (d Datasource) isEmbedded() bool { return d.Source == FromEmbedded || d.Source == FromFolder }

// Advice says what to do when the server cannot be reached; "" for what is embedded.
func (d Datasource) Advice() string {
	at := fmt.Sprintf("datasource %s is %s", d.Name, d.Address)
	what, instead := "database", FromEmbedded
	if d.written.Kind == ir.FTP {
		what, instead = "server", FromFolder
	}
	switch d.Source {
	case FromFlag:
		return fmt.Sprintf("%s (--datasource): start the %s there, give another address, or leave the flag out for an %s", at, what, instead)
	case FromEnvironment:
		return fmt.Sprintf("%s (%s): start the %s there, or set the variable to another address", at, sql.Variable(d.Name), what)
	case FromFile:
		return fmt.Sprintf("%s, which answered before: start the %s again, or give another address with --datasource %s=URL", at, what, d.Name)
	}
	return ""
}

// reachable is how long the URL in a file may take to answer before what is embedded is used.
const reachable = time.Second

// serverKind is what differs between datasources of a kind.
type serverKind struct {
	parse func(address string) error
	// probe asks the server behind a name for a trifle.
	probe func(w *surroundings, ctx context.Context, name string) error
	// embed puts something of this machine behind the connection.
	embed func(w *surroundings, ctx context.Context, connection *ir.Connection, reason string) (Datasource, error)
}

// serverKindOf gives what a connection leads to; ok is false for what needs no place in a local run.
func serverKindOf(kind ir.ConnectionKind) (serverKind, bool) {
	switch kind {
	case ir.Database:
		parse := func(address string) error { _, err := sql.ParseURL(address); return err }
		return serverKind{parse, (*surroundings).probe, (*surroundings).embed}, true
	case ir.FTP:
		return serverKind{ftp.ParseURL, (*surroundings).probeFiles, (*surroundings).embedFolder}, true
	case ir.API:
	}
	return serverKind{}, false
}

// connect decides for every database and file server of a workflow where it is, strongest first: a flag, the environment, the file's
// URL if a server answers there, an embedded SQLite or folder. Variables for the functions are added to w.variables.
//
// What was decided stands: after a reload (settings.Held) a datasource that the workflow writes as before is where it was, whether a
// database answers there or not, and one that was a database never becomes an embedded one.
func (w *surroundings) connect(ctx context.Context, connections []*ir.Connection) ([]Datasource, error) {
	var datasources []Datasource
	for _, connection := range connections {
		kind, ok := serverKindOf(connection.Kind)
		if !ok {
			continue
		}
		datasource, err := w.server(ctx, connection, kind)
		if err != nil {
			return nil, fmt.Errorf("datasource %s: %w", connection.Name, err)
		}
		datasource.written = *connection
		datasources = append(datasources, datasource)
	}
	return datasources, nil
}

func (w *surroundings) server(ctx context.Context, connection *ir.Connection, kind serverKind) (Datasource, error) {
	variable := sql.Variable(connection.Name)
	datasource := Datasource{Name: connection.Name}
	if address, ok := w.settings.Datasources[connection.Name]; ok {
		if err := kind.parse(address); err != nil {
			return datasource, unusable(string(FromFlag), err)
		}
		datasource.Source, datasource.Address = FromFlag, withoutUser(address)
		w.variables[variable] = address
		return datasource, w.credentials(ctx, connection, address)
	}
	if address := w.outer.Value(variable); address != "" {
		if err := kind.parse(address); err != nil {
			return datasource, unusable(variable, err)
		}
		datasource.Source, datasource.Address = FromEnvironment, withoutUser(address)
		return datasource, w.credentials(ctx, connection, address)
	}
	before, known := w.before(connection)
	if known && before.isEmbedded() && before.isWritten(connection) {
		return kind.embed(w, ctx, connection, before.Reason)
	}
	w.variables[variable] = connection.URL
	err := w.credentials(ctx, connection, connection.URL)
	if err == nil && !(known && before.Source == FromFile && before.isWritten(connection)) {
		err = kind.probe(w, ctx, connection.Name)
	}
	if err == nil {
		datasource.Source, datasource.Address = FromFile, connection.URL
		return datasource, nil
	}
	if known && !before.isEmbedded() {
		return datasource, fmt.Errorf("it was %s and cannot be %s: %s", before.Address, withoutUser(connection.URL), reasonOf(err))
	}
	return kind.embed(w, ctx, connection, reasonOf(err))
}

// before finds a datasource among those of the service before a reload.
func (w *surroundings) before(connection *ir.Connection) (Datasource, bool) {
	for _, datasource := range w.settings.Held {
		if datasource.Name == connection.Name {
			return datasource, true
		}
	}
	return Datasource{}, false
}

// isWritten tells whether the workflow says the same of a datasource as before.
func (d Datasource) isWritten(connection *ir.Connection) bool {
	return d.written.URL == connection.URL && d.written.User == connection.User && d.written.Password == connection.Password &&
		d.written.PrivateKey == connection.PrivateKey && d.written.Passphrase == connection.Passphrase
}

// unusable says that an address cannot be one.
func unusable(given string, err error) error {
	return fmt.Errorf("the address of %s: %s", given, strings.TrimPrefix(reasonOf(err), "datasource URL: "))
}

// credentials gives the function the user and the password in the file, unless the URL or the environment has its own.
func (w *surroundings) credentials(ctx context.Context, connection *ir.Connection, address string) error {
	_, _, inURL := ir.SplitCredentials(address)
	w.settings.Mask.Add(inURL)
	variable := sql.SecretVariable(connection.Name)
	if _, ok := w.outer.Lookup(variable); ok || hasUser(address) || connection.User == (ir.Credential{}) {
		return nil
	}
	text, err := w.login(ctx, connection)
	if err != nil {
		return err
	}
	w.variables[variable] = connection.Name
	w.variables[secret.Variable(connection.Name)] = text
	return nil
}

// userAndPassword is what a secret holds that has both.
type userAndPassword struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// userAndKey is what a secret holds that has a private key.
type userAndKey struct {
	userAndPassword
	PrivateKey string `json:"privateKey"`
	Passphrase string `json:"passphrase,omitempty"`
}

func (u userAndPassword) text() (string, error) {
	text, err := json.Marshal(u)
	return string(text), err
}

// userAndPassword is the value of a secret that holds both.
func (w *surroundings) userAndPassword(ctx context.Context, user, password ir.Credential) (string, error) {
	var pair userAndPassword
	var err error
	if pair.User, err = w.credential(ctx, user); err != nil {
		return "", err
	}
	if pair.Password, err = w.credential(ctx, password); err != nil {
		return "", err
	}
	w.settings.Mask.Add(pair.Password)
	return pair.text()
}

// login is the value of the secret of a connection.
func (w *surroundings) login(ctx context.Context, connection *ir.Connection) (string, error) {
	if connection.PrivateKey == (ir.Credential{}) {
		return w.userAndPassword(ctx, connection.User, connection.Password)
	}
	var all userAndKey
	for _, one := range []struct {
		member  *string
		value   ir.Credential
		isShown bool
	}{{&all.User, connection.User, true}, {&all.Password, connection.Password, false}, {&all.PrivateKey, connection.PrivateKey, false}, {&all.Passphrase, connection.Passphrase, false}} {
		text, err := w.credential(ctx, one.value)
		if err != nil {
			return "", err
		}
		if *one.member = text; !one.isShown {
			w.settings.Mask.Add(text)
		}
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// credential resolves a reference; a literal stands for itself.
func (w *surroundings) credential(ctx context.Context, credential ir.Credential) (string, error) {
	if credential.Ref == "" {
		return credential.Literal, nil
	}
	return w.secrets().Resolve(ctx, credential.Ref)
}

// probe asks the database behind a name for a trifle.
func (w *surroundings) probe(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, reachable)
	defer cancel()
	request, err := json.Marshal(sql.Request{Datasource: name, Statements: []sql.Statement{{SQL: "SELECT 1"}}})
	if err != nil {
		return err
	}
	function := w.sql()
	defer function.Close()
	_, err = function.Invoke(ctx, request)
	return err
}

func reasonOf(err error) string {
	if failure, ok := errors.AsType[*task.Error](err); ok {
		return failure.Message
	}
	return err.Error()
}

// embed puts an embedded database behind the connection.
func (w *surroundings) embed(ctx context.Context, connection *ir.Connection, reason string) (Datasource, error) {
	state, err := w.project.State()
	if err != nil {
		return Datasource{}, err
	}
	folder := filepath.Join(state, fileName(connection.Name))
	scripts := w.project.Scripts()
	if own := filepath.Join(scripts, connection.Name); isFolder(own) {
		scripts = own
	}
	embedded, err := Embed(ctx, folder, scripts, connection.URL)
	if err != nil {
		return Datasource{}, err
	}
	w.variables[sql.Variable(connection.Name)] = embedded.URL()
	delete(w.variables, sql.SecretVariable(connection.Name))
	return Datasource{Name: connection.Name, Source: FromEmbedded, Address: folder, Reason: reason, Embedded: embedded}, nil
}

// fileName makes a name fit for a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == ':' || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimLeft(name, "."))
}

func hasUser(address string) bool {
	parsed, err := url.Parse(strings.TrimPrefix(address, "jdbc:"))
	if err != nil {
		return false
	}
	return parsed.User != nil || parsed.Query().Has("user") || strings.Contains(strings.ToLower(parsed.Path), ";user=")
}

// withoutUser is a URL that may be shown.
func withoutUser(address string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(address, "jdbc:"); ok {
		prefix, address = "jdbc:", rest
	}
	head, _, _ := strings.Cut(address, ";")
	parsed, err := url.Parse(head)
	if err != nil {
		return prefix + "…"
	}
	parsed.User, parsed.RawQuery = nil, ""
	return prefix + parsed.String()
}
