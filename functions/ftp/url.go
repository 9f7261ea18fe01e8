package ftp

import (
	"context"
	"net"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// target is a datasource: where its server is and how to log in.
//
//	ftp://[user[:password]@]host[:21][/folder]     FTP without encryption
//	ftpes://…[:21]…                                FTP with explicit TLS (RFC 4217)
//	ftps://…[:990]…                                FTP with implicit TLS
//	sftp://…[:22]…                                 SFTP
//	sftp://…/~/folder                              a folder below the one that the login leads to, of every scheme
//	file:///folder                                 a folder of this machine, where Config.Folders allows it
//
// Options of the query: for TLS insecureSkipVerify=true, tlsMaxVersion=1.2 and ca=<base64 of the DER of certificates, one behind the other>; for SFTP hostKey=<type base64>, the
// server's public key, or insecureIgnoreHostKey=true. Paths of a request lie below folder, without one below the folder of
// the login.
type target struct {
	scheme         string
	host, port     string
	folder         string
	user, password string
	privateKey     string // PEM, SFTP only
	passphrase     string // of the private key
	options        url.Values
}

func (f transfer) target(ctx context.Context, datasource string) (target, error) {
	if datasource == "" {
		return target{}, task.Errorf(task.RequestInvalid, "datasource is missing")
	}
	text, ok := f.Environment.Lookup(Variable(datasource))
	if !ok || text == "" {
		return target{}, task.Errorf(task.FtpConnect, "datasource %q has no URL: set %s", datasource, Variable(datasource))
	}
	t, err := parseURL(text)
	if err != nil {
		return target{}, err
	}
	reference := f.Environment.Value(Variable(datasource) + "_SECRET")
	if reference == "" {
		return t, nil
	}
	if f.Secrets == nil {
		return target{}, task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	value, err := f.Secrets.Resolve(ctx, reference)
	if err != nil {
		return target{}, err
	}
	return t, t.setCredentials(reference, value)
}

// setCredentials reads {"user": …, "password": …} or, for SFTP, {"user": …, "privateKey": …, "passphrase": …}.
func (t *target) setCredentials(reference, value string) error {
	fields, err := secret.Fields(reference, value)
	if err == nil && fields["privateKey"] != "" {
		t.user, t.privateKey, t.passphrase, t.password = fields["user"], fields["privateKey"], fields["passphrase"], fields["password"]
		return nil
	}
	t.user, t.password, err = secret.Credentials(reference, value)
	return err
}

// ParseURL checks that a datasource URL can be used. Errors do not show the URL, which may hold a password.
func ParseURL(text string) error {
	_, err := parseURL(text)
	return err
}

func parseURL(text string) (target, error) {
	u, err := url.Parse(text)
	if err == nil && u.Scheme == "file" && u.Host == "" && u.Path != "" && u.RawQuery == "" {
		return target{scheme: u.Scheme, folder: folderOf(u.Path)}, nil
	}
	if err != nil || u.Hostname() == "" {
		return target{}, task.Errorf(task.FtpConnect, "datasource URL: it is not <scheme>://host")
	}
	ports := map[string]string{"ftp": "21", "ftpes": "21", "ftps": "990", "sftp": "22"}
	port, ok := ports[u.Scheme]
	if !ok {
		return target{}, task.Errorf(task.FtpConnect, "datasource URL: scheme %q is not ftp, ftpes, ftps or sftp", u.Scheme)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	password, _ := u.User.Password()
	t := target{
		scheme: u.Scheme, host: u.Hostname(), port: port, folder: u.Path, user: u.User.Username(), password: password, options: u.Query(),
	}
	for name := range t.options {
		switch name {
		case "insecureSkipVerify", "ca", "tlsMaxVersion", "hostKey", "insecureIgnoreHostKey":
		default:
			return target{}, task.Errorf(task.FtpConnect, "datasource URL: option %q is not supported", name)
		}
	}
	return t, nil
}

// folderOf is the path of a file URL (RFC 8089); before the letter of a drive there is no slash.
func folderOf(path string) string {
	if filepath.VolumeName(path[1:]) != "" {
		path = path[1:]
	}
	return filepath.FromSlash(path)
}

// below is a path of a request below the folder. Without a folder it is below the one that the login leads to, never that of the server.
func (t target) below(name string) string {
	folder, relative := strings.CutPrefix(t.folder+"/", "/~/")
	if t.folder == "" || t.scheme == "file" || relative {
		if !relative {
			folder = ""
		}
		return strings.TrimLeft(path.Join("/", folder, name), "/")
	}
	return path.Join(t.folder, name)
}

func (t target) address() string { return net.JoinHostPort(t.host, t.port) }
