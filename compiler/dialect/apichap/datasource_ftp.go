package apichap

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads datasources of type ftp. What they say becomes a URL as function ftp takes it.

// protocols are the schemes of function ftp's URLs by the words of the language.
var protocols = map[string]string{"ftp": "ftp", "ftps": "ftpes", "ftps-implicit": "ftps", "sftp": "sftp"}

// The settings of an encrypted connection, besides ignoreCert.
const (
	keyAuthority  = "x-steploom-ca"
	keyTLSMost    = "x-steploom-tls-max-version"
	keyHostKey    = "x-steploom-host-key"
	keyPrivateKey = "x-steploom-private-key"
	keyPassphrase = "x-steploom-passphrase"
)

// fileServer reads the settings of an FTP, FTPS or SFTP server.
func (r *reader) fileServer(connection *ir.Connection, fields *source.Fields) {
	address := url.URL{Scheme: "ftp"}
	if node := fields.Take("protocol"); node != nil {
		if word, ok := node.OneOf("ftp", "ftps", "ftps-implicit", "sftp"); ok {
			address.Scheme = protocols[word]
		}
	}
	port := fields.Take("port") // first: it is no slip for host
	host := fields.Need("host")
	if host != nil {
		address.Host = r.hostOf(host)
	}
	if port != nil {
		if number := r.port(port); number != "" {
			address.Host = net.JoinHostPort(strings.Trim(address.Host, "[]"), number)
		}
	}
	if folder := fields.Take("folder"); folder != nil {
		address.Path = r.folder(folder)
	}
	if passive := fields.Take("passive"); passive != nil {
		passiveOnly(passive)
	}
	r.login(connection, fields, address.Scheme)
	address.RawQuery = r.security(fields, address.Scheme).Encode()
	connection.URL = address.String()
}

// hostOf reads the name or the address of a server.
func (r *reader) hostOf(node *source.Node) string {
	text := r.setting(node)
	if strings.Contains(text, ":") && net.ParseIP(text) != nil {
		return "[" + text + "]"
	}
	if _, err := url.Parse("ftp://" + text); text != "" && (err != nil || strings.ContainsAny(text, notInHost+"/:@?#[]%")) {
		node.Report(report.Error(codeDatasource, node.Range, "%q is not the name of a host", text).
			Fix("write the name alone; protocol, port, user, password and folder are keys of their own"))
		return ""
	}
	return text
}

// setting is a text, or the value of a variable that is known when compiling.
func (r *reader) setting(node *source.Node) string {
	text, _ := node.Str()
	if name, isReference := environmentName(text); isReference {
		return r.environmentText(node, name)
	}
	return text
}

func (r *reader) port(node *source.Node) string {
	text := r.setting(node)
	if number, err := strconv.Atoi(text); err == nil && number > 0 && number < 1<<16 {
		return text
	}
	node.Report(report.Error(codeDatasource, node.Range, "%q is not a port", text).Fix("write a number from 1 to 65535"))
	return ""
}

// folder reads the folder below which all paths lie. One that does not begin at the server's root begins where the login leads to.
func (r *reader) folder(node *source.Node) string {
	text := r.setting(node)
	if reason := unfit(text); reason != "" {
		node.Report(report.Error(codePath, node.Range, "%s", reason))
		return ""
	}
	if text == "" || strings.HasPrefix(text, "/") {
		return text
	}
	return "/~/" + text
}

// passiveOnly: a Lambda function takes no connections, so the server cannot open one to it.
func passiveOnly(node *source.Node) {
	if on, ok := node.Bool(); ok && !on {
		node.Report(report.Warning(codeNoEffect, node.Range, "connections are passive all the same").
			Why("In active mode the server opens the connection for the data, and nothing can connect to a Lambda function.").
			Fix("delete passive, and let the server take passive connections"))
	}
}

// login reads who logs in.
func (r *reader) login(connection *ir.Connection, fields *source.Fields, scheme string) {
	user := fields.Take("user")
	if user != nil {
		connection.User = r.credential(user)
	}
	password, key, passphrase := fields.Take("password"), fields.Take(keyPrivateKey), fields.Take(keyPassphrase)
	if password != nil {
		connection.Password = r.password(password)
	}
	if key != nil {
		connection.PrivateKey = r.password(key)
	}
	if passphrase != nil {
		connection.Passphrase = r.password(passphrase)
	}
	for _, node := range []*source.Node{key, passphrase} {
		if node != nil && scheme != "sftp" {
			node.Report(report.Error(codePlace, node.Range, "only sftp logs in with a private key").Fix("write protocol: sftp, or give a password"))
		}
	}
	switch needs := scheme == "sftp" || password != nil; {
	case user == nil && needs:
		fields.Need("user")
	case scheme == "sftp" && password == nil && key == nil:
		user.Report(report.Error(codeDatasource, user.Range, "this user has neither a password nor a private key").Fix("add password: ${NAME}, or %s: ${NAME}", keyPrivateKey))
	}
}

// security reads how the server shows that it is the right one.
func (r *reader) security(fields *source.Fields, scheme string) url.Values {
	options := url.Values{}
	encrypted := scheme != "ftp"
	ignore := fields.Take("ignoreCert")
	if isSet(ignore) && fits(ignore, encrypted, "ftps, ftps-implicit or sftp") {
		options.Set(map[bool]string{true: "insecureIgnoreHostKey", false: "insecureSkipVerify"}[scheme == "sftp"], "true")
	}
	if node := fields.Take(keyHostKey); node != nil && fits(node, scheme == "sftp", "sftp") {
		options.Set("hostKey", r.hostKey(node))
	} else if scheme == "sftp" && node == nil && !isSet(ignore) {
		fields.Node().Report(report.Error(codeDatasource, source.Head(fields.Node()), "nothing says what key the server has").
			Why("Whoever answers at the address would get the password and the files.").
			Fix("add %s: with the line that ssh-keyscan gives, without the host (ssh-ed25519 AAAA…), or ignoreCert: true", keyHostKey))
	}
	if node := fields.Take(keyAuthority); node != nil && fits(node, encrypted && scheme != "sftp", "ftps or ftps-implicit") {
		options.Set("ca", r.authority(node))
	}
	if node := fields.Take(keyTLSMost); node != nil && fits(node, encrypted && scheme != "sftp", "ftps or ftps-implicit") {
		if text := r.setting(node); text == "1.2" {
			options.Set("tlsMaxVersion", text)
		} else if text != "1.3" {
			node.Report(report.Error(codeDatasource, node.Range, "%q is not 1.2 or 1.3", text).Fix("write 1.2 for servers that fail with 1.3, or delete the key"))
		}
	}
	return options
}

// fits refuses a setting of another protocol.
func fits(node *source.Node, does bool, protocols string) bool {
	if !does {
		node.Report(report.Error(codePlace, node.Range, "this is for protocol %s", protocols).Fix("delete it, or write another protocol"))
	}
	return does
}

// hostKey reads the type and the base64 of a server's key.
func (r *reader) hostKey(node *source.Node) string {
	text := strings.TrimSpace(r.setting(node))
	words := strings.Fields(text)
	if len(words) >= 2 {
		if _, err := base64.StdEncoding.DecodeString(words[1]); err == nil && strings.Contains(words[0], "-") {
			return words[0] + " " + words[1]
		}
	}
	node.Report(report.Error(codeDatasource, node.Range, "this is not a server's public key").Fix("write its type and base64, as in ssh-ed25519 AAAA…"))
	return ""
}

// authority reads certificates in PEM, whose owners are trusted to sign the server's.
func (r *reader) authority(node *source.Node) string {
	var der []byte
	rest := []byte(r.setting(node))
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			der = append(der, block.Bytes...)
		}
	}
	if certificates, err := x509.ParseCertificates(der); err != nil || len(certificates) == 0 {
		node.Report(report.Error(codeDatasource, node.Range, "this holds no certificate in PEM").Fix("write the text from -----BEGIN CERTIFICATE----- on, as a block (|)"))
		return ""
	}
	return base64.StdEncoding.EncodeToString(der)
}
