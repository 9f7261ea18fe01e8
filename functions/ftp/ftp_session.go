package ftp

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/jlaffaye/ftp"

	"github.com/steploom/steploom/shared/task"
)

// ftpSession speaks FTP (RFC 959), in clear or over TLS (RFC 4217).
type ftpSession struct{ conn *ftp.ServerConn }

const sessionsKept = 8

func dialFTP(ctx context.Context, t target) (session, error) {
	security, err := tlsOf(t)
	if err != nil {
		return nil, err
	}
	options := []ftp.DialOption{ftp.DialWithDialFunc(dialer(ctx, security, t.scheme == "ftps"))}
	if t.scheme == "ftpes" {
		options = append(options, ftp.DialWithExplicitTLS(security))
	} else if t.scheme == "ftps" {
		options = append(options, ftp.DialWithTLS(security))
	}
	conn, err := ftp.Dial(t.address(), options...)
	if err != nil {
		return nil, beforeLogin(err)
	}
	user, password := t.user, t.password
	if user == "" {
		user, password = "anonymous", "anonymous"
	}
	if err := conn.Login(user, password); err != nil {
		conn.Quit()
		return nil, loginError(err)
	}
	return ftpSession{conn}, nil
}

func loginError(err error) error {
	var answer *textproto.Error
	if errors.As(err, &answer) && (answer.Code == ftp.StatusNotLoggedIn || answer.Code == ftp.StatusLoginNeedAccount) {
		return task.Errorf(task.FtpAuthentication, "%s", answer.Msg)
	}
	if answer != nil {
		return beforeLogin(err)
	}
	return connectError(err) // no further attempt: the end of the connection may be the answer to the password
}

// tlsOf makes the TLS settings, nil for plain FTP. Data connections resume the session of the control connection,
// which servers demand.
func tlsOf(t target) (config *tls.Config, err error) {
	if t.scheme == "ftp" {
		return nil, nil
	}
	config = &tls.Config{
		ServerName:         t.host,
		InsecureSkipVerify: t.options.Get("insecureSkipVerify") == "true",
		ClientSessionCache: tls.NewLRUClientSessionCache(sessionsKept),
		MinVersion:         tls.VersionTLS12,
	}
	if t.options.Has("ca") {
		if config.RootCAs, err = authorities(t.options.Get("ca")); err != nil {
			return nil, err
		}
	}
	switch t.options.Get("tlsMaxVersion") {
	case "", "1.3":
	case "1.2":
		config.MaxVersion = tls.VersionTLS12
	default:
		return nil, task.Errorf(task.FtpConnect, "datasource URL: tlsMaxVersion is not 1.2 or 1.3")
	}
	return config, nil
}

// authorities are the only ones whose certificates are trusted.
func authorities(text string) (*x509.CertPool, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, task.Errorf(task.FtpConnect, "datasource URL: ca is not base64")
	}
	certificates, err := x509.ParseCertificates(der)
	if err != nil || len(certificates) == 0 {
		return nil, task.Errorf(task.FtpConnect, "datasource URL: ca holds no certificates")
	}
	pool := x509.NewCertPool()
	for _, one := range certificates {
		pool.AddCert(one)
	}
	return pool, nil
}

// dialer opens the control connection first and data connections after it. The library wraps an explicit control
// connection itself; all others over TLS are wrapped here.
func dialer(ctx context.Context, security *tls.Config, implicit bool) func(network, address string) (net.Conn, error) {
	control := true
	return func(_, address string) (net.Conn, error) {
		conn, err := connect(ctx, address)
		if err != nil {
			return nil, err
		}
		plain := security == nil || control && !implicit
		control = false
		if plain {
			return conn, nil
		}
		return tls.Client(conn, security), nil
	}
}

// list goes into the folder and lists where it is: a folder's name behind a command may be read as a pattern or as an option.
func (s ftpSession) list(folder string) ([]File, error) {
	here, err := s.enter(folder)
	if err != nil {
		return nil, ftpError(err, folder)
	}
	entries, err := s.conn.List("")
	if err == nil && here != "" {
		err = s.conn.ChangeDir(here)
	}
	if err != nil {
		return nil, ftpError(err, folder)
	}
	files := make([]File, 0, len(entries))
	for _, entry := range entries {
		if entry.Name == "." || entry.Name == ".." {
			continue
		}
		files = append(files, File{
			Filename: entry.Name,
			Type:     entry.Type.String(),
			Size:     int64(entry.Size),
			Modified: entry.Time.UTC().Format(time.RFC3339),
		})
	}
	return byName(files), nil
}

// enter changes to a folder and gives the one before, "" for the same.
func (s ftpSession) enter(folder string) (before string, err error) {
	if folder == "" || folder == "." {
		return "", nil
	}
	if before, err = s.conn.CurrentDir(); err != nil {
		return "", err
	}
	return before, s.conn.ChangeDir(folder)
}

func byName(files []File) []File {
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Filename, b.Filename) })
	return files
}

func (s ftpSession) read(file string, limit int) ([]byte, error) {
	answer, err := s.conn.Retr(file)
	if err != nil {
		return nil, ftpError(err, file)
	}
	content, err := readLimited(answer, limit)
	if len(content) > limit {
		return content, nil // the rest is not asked for; the connection ends with the session
	}
	if err := errors.Join(err, answer.Close()); err != nil {
		return nil, ftpError(err, file)
	}
	return content, nil
}

func (s ftpSession) write(file string, content []byte) error {
	return orNil(s.conn.Stor(file, bytes.NewReader(content)), file)
}

func (s ftpSession) rename(from, to string) error { return orNil(s.conn.Rename(from, to), from) }

func (s ftpSession) remove(file string) error { return orNil(s.conn.Delete(file), file) }

func (s ftpSession) makeFolder(folder string) error { return orNil(s.conn.MakeDir(folder), folder) }

func (s ftpSession) close() { s.conn.Quit() }

func orNil(err error, path string) error {
	if err == nil {
		return nil
	}
	return ftpError(err, path)
}

// ftpError names an error by the server's reply (RFC 959 §4.2.1). 550 says both "not found" and "not allowed"; only its
// text tells them apart.
func ftpError(err error, path string) *task.Error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return connectError(err)
	}
	text := strings.ToLower(answer.Msg)
	denied := strings.Contains(text, "permission") || strings.Contains(text, "denied") || strings.Contains(text, "not allowed")
	name := task.FtpFailed
	switch code := answer.Code; {
	case code == ftp.StatusNotLoggedIn:
		name = task.FtpAuthentication
	case code == ftp.StatusFileUnavailable && denied, code == ftp.StatusStorNeedAccount, code == ftp.StatusBadFileName && denied:
		name = task.FtpDenied
	case code == ftp.StatusFileUnavailable, code == ftp.StatusBadFileName:
		name = task.FtpNotFound
	case code == ftp.StatusCanNotOpenDataConnection, code == ftp.StatusTransfertAborted, code == ftp.StatusNotAvailable:
		name = task.FtpConnect
	}
	return failure(name, answer.Msg, path, answer.Code)
}
