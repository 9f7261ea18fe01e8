package apichap

import (
	"net/textproto"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
)

// This file reads authentications. The language has the type basicauth with one user; usersKey, the types apikey and jwt and their keys are ours.

// callersReader reads who may call: authentications, what guards operations, and what the document says about both.
type callersReader struct{ *reader }

// usersKey lists the users of a basicauth: each has a user and a password.
const usersKey = "x-steploom-users"

func (r callersReader) authentications(node *source.Node) {
	node.Map("the authentications")
	for _, entry := range node.Entries() {
		first := slices.IndexFunc(r.project.authentications, func(one *authentication) bool {
			return access.SecretVariable(one.Name) == access.SecretVariable(entry.Name)
		})
		switch {
		case first >= 0 && r.project.authentications[first].Name == entry.Name:
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "authentication %q is defined twice", entry.Name).
				Fix("delete one of the two").Also(r.project.authentications[first].key.Range, "first defined here"))
			continue
		case first >= 0:
			entry.Key.Report(report.Error(codeCollision, entry.Key.Range, "%q and %q would share the variable %s", entry.Name, r.project.authentications[first].Name, access.SecretVariable(entry.Name)).
				Fix("rename one of the two").Also(r.project.authentications[first].key.Range, "the other one"))
			continue
		case strings.EqualFold(entry.Name, nobodyAsked) || entry.Name == access.Anybody:
			entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "an authentication cannot be called %q", entry.Name).
				Why("%s: %s lets anybody call.", authenticationKey, nobodyAsked).Fix("give it another name"))
		}
		// what cannot be read is kept, so that nothing that refers to it is reported besides
		r.project.authentications = append(r.project.authentications, &authentication{entry.Key, r.authentication(entry)})
	}
}

func (r callersReader) authentication(entry source.Entry) *ir.Authentication {
	one := &ir.Authentication{Name: entry.Name, Range: entry.Key.Range}
	fields := entry.Value.Map("an authentication")
	kind := fields.Need("type")
	if kind == nil {
		return one
	}
	word, _ := kind.OneOf("basicauth", "apikey", "jwt")
	switch word {
	case "basicauth":
		one.Kind = access.Basic
		r.users(one, fields)
	case "apikey":
		one.Kind = access.Key
		r.keys(one, fields)
	case "jwt":
		one.Kind = access.Token
		r.token(one, fields)
	default:
		return one
	}
	fields.Done()
	return one
}

// users reads one user, or the list of several.
func (r callersReader) users(one *ir.Authentication, fields *source.Fields) {
	list := fields.Take(usersKey)
	if fields.TakeOld("users") != nil {
		r.slip(fields)
		return
	}
	if list == nil {
		r.user(one, fields)
		return
	}
	for _, key := range []string{"user", "password"} {
		if alone := fields.Take(key); alone != nil {
			r.user(one, fields)
			break
		}
	}
	items := list.List("users")
	if len(items) == 0 && len(one.Users) == 0 {
		list.Report(report.Error(codeAuthentication, list.Range, "there is no user, so that nobody could call").Fix("add one: {user: …, password: ${NAME}}"))
	}
	for _, item := range items {
		inside := item.Map("a user")
		r.user(one, inside)
		inside.Done()
	}
}

// slip tells that the list of users is spelled as an extension.
func (r callersReader) slip(fields *source.Fields) {
	for _, entry := range fields.Node().Entries() {
		if entry.Name == "users" {
			entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "users is not a key of the language").
				Why("A list of users is an extension of Steploom.").Fix("write %s", usersKey))
		}
	}
}

func (r callersReader) user(one *ir.Authentication, fields *source.Fields) {
	var user ir.User
	if name := fields.Need("user"); name != nil {
		user.Name = r.credential(name)
		r.checkUser(one, name, user.Name)
	}
	if password := fields.Need("password"); password != nil {
		user.Password = r.password(password)
		if user.Password == (ir.Credential{}) {
			password.Report(report.Error(codeAuthentication, password.Range, "the password is empty").Fix("write ${NAME} and give NAME its value in .env, or in a secret"))
		}
	}
	one.Users = append(one.Users, user)
}

// checkUser refuses names that no request can carry (RFC 7617, section 2), and a second user of the same name.
func (r callersReader) checkUser(one *ir.Authentication, at *source.Node, name ir.Credential) {
	switch {
	case name == ir.Credential{}:
		at.Report(report.Error(codeAuthentication, at.Range, "the user has no name").Fix("write a name"))
	case strings.Contains(name.Literal, ":"):
		at.Report(report.Error(codeAuthentication, at.Range, "the name of a user cannot hold a colon").Why("Basic authentication ends the name there.").Fix("write another name"))
	case slices.ContainsFunc(one.Users, func(u ir.User) bool { return u.Name == name }):
		at.Report(report.Error(codeTwice, at.Range, "user %q is defined twice", name.Literal+name.Ref).Fix("delete one of the two"))
	}
}

// defaultKeyHeader is where a key stands unless the authentication says otherwise.
const defaultKeyHeader = "X-API-Key"

func (r callersReader) keys(one *ir.Authentication, fields *source.Fields) {
	one.Header = defaultKeyHeader
	if node := fields.Take("header"); node != nil {
		one.Header, _ = node.Str()
		r.checkKeyHeader(node, one.Header)
	}
	entry, given := fields.Entry("keys")
	if !given {
		fields.Need("keys")
		return
	}
	for _, node := range elements(entry.Value) {
		r.key(one, entry, node)
	}
	if len(one.Keys) == 0 {
		entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "there is no key, so that nobody could call").Fix("write keys: [${NAME}], and give NAME its value in .env, or in a secret"))
	}
}

// key reads a key. What is wrong with it is told at the word keys: the line of the key itself is not to be shown.
func (r callersReader) key(one *ir.Authentication, entry source.Entry, node *source.Node) {
	if node.Kind != source.Scalar || strings.TrimSpace(node.Value()) == "" {
		entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "a key is a text").Fix("write keys: [${NAME}], and give NAME its value in .env, or in a secret"))
		return
	}
	credential := r.credential(node)
	if credential.Literal != "" && !httpguts.ValidHeaderFieldValue(credential.Literal) || credential.Literal != strings.TrimSpace(credential.Literal) {
		entry.Key.Report(report.Error(codeAuthentication, entry.Key.Range, "no header can hold one of the keys").Fix("write keys in plain letters, digits and signs"))
	}
	if _, isReference := environmentName(node.Value()); !isReference {
		entry.Key.Report(report.Warning(codePassword, entry.Key.Range, "a key is written out here").
			Why("It is kept out of every generated file, but everybody who can read this file knows it.").
			Fix("write ${NAME} and give NAME its value in .env, or in a secret"))
	}
	one.Keys = append(one.Keys, credential)
}

// checkKeyHeader refuses what is no header, and headers that say something else.
func (r callersReader) checkKeyHeader(node *source.Node, name string) {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		node.Report(report.Error(codeAuthentication, node.Range, "%q cannot be the name of a header", name).Fix("write a name such as %s", defaultKeyHeader))
	case slices.Contains([]string{"Authorization", "Cookie", "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Te", "Via", "Accept", "User-Agent",
		"X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "Idempotency-Key"}, canonical), strings.HasPrefix(canonical, "X-Amz"):
		node.Report(report.Error(codeAuthentication, node.Range, "the header %s has a meaning of its own, and cannot hold keys", canonical).Fix("write a name such as %s", defaultKeyHeader))
	}
}

// elements are those of a list, or the single value.
func elements(node *source.Node) []*source.Node {
	switch node.Kind {
	case source.Sequence:
		return node.Items()
	case source.Null:
		return nil
	}
	return []*source.Node{node}
}
