package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// FTP is a running ProFTPD.
type FTP struct {
	Address         string // FTP and explicit FTPS
	ImplicitAddress string // implicit FTPS
	User, Password  string
	Root            string // the user's home: the folder that clients see as /
	Certificate     []byte // PEM of the self-signed certificate for 127.0.0.1
}

// FTP gives a ProFTPD server that speaks FTP, explicit and implicit FTPS.
func (s *Set) FTP(t testing.TB) *FTP {
	t.Helper()
	return s.ftp.get(t, s.startFTP)
}

const ftpConfiguration = `
ServerType standalone
ServerName test
DefaultAddress 127.0.0.1
SocketBindTight on
UseIPv6 off
Port %[2]d
User %[4]s
Group %[5]s
UseReverseDNS off
WtmpLog off
TransferLog none
PidFile %[1]s/pid
ScoreboardFile %[1]s/scoreboard
DelayEngine off
SystemLog %[1]s/system.log
LoadModule mod_tls.c
<Global>
  RequireValidShell off
  AuthOrder mod_auth_file.c
  AuthUserFile %[1]s/passwd
  DefaultRoot ~
  AllowOverwrite on
  AllowStoreRestart on
  TLSEngine on
  TLSRequired off
  TLSRSACertificateFile %[1]s/certificate.pem
  TLSRSACertificateKeyFile %[1]s/certificate.pem
  TLSProtocol TLSv1.2 TLSv1.3
  %[6]s
</Global>
<VirtualHost 127.0.0.1>
  Port %[3]d
  TLSRequired on
  TLSOptions UseImplicitSSL
</VirtualHost>
`

func (s *Set) startFTP() (*FTP, error) { return s.launchFTP("", nil) }

// launchFTP starts a server with more directives; m, if there is one, is told how.
func (s *Set) launchFTP(directives string, m *Mortal) (*FTP, error) {
	server, err := find("proftpd")
	if err != nil {
		return nil, err
	}
	passwd, err := find("ftpasswd")
	if err != nil {
		return nil, err
	}
	if matches, _ := filepath.Glob("/usr/lib/proftpd/mod_tls.so"); len(matches) == 0 {
		return nil, missing{"proftpd's mod_tls"}
	}
	if os.Getuid() != 0 || !canSwitchUser {
		return nil, missing{"Linux with root (for proftpd)"}
	}
	folder, err := s.folder("ftp", nil)
	if err != nil {
		return nil, err
	}
	f := &FTP{User: User, Password: Password, Root: filepath.Join(folder, "home")}
	if err := f.prepare(folder, passwd); err != nil {
		return nil, err
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	f.Address, f.ImplicitAddress = address(ports[0]), address(ports[1])
	configuration := filepath.Join(folder, "proftpd.conf")
	text := fmt.Sprintf(ftpConfiguration, folder, ports[0], ports[1], "nobody", "nogroup", directives)
	if err := os.WriteFile(configuration, []byte(text), 0o644); err != nil {
		return nil, err
	}
	launch := func() (*process, error) {
		return s.start(command(nil, folder, server, "-n", "-c", configuration), filepath.Join(folder, "log"), syscall.SIGTERM)
	}
	return f, m.up(s, launch, ports[1])
}

const nobody = 65534

// prepare writes the home folder, the password file and the certificate.
func (f *FTP) prepare(folder, passwd string) error {
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(f.Root, 0o755); err != nil {
		return err
	}
	if err := os.Chown(f.Root, nobody, nobody); err != nil {
		return err
	}
	c := command(nil, folder, passwd, "--passwd", "--stdin", "--file="+filepath.Join(folder, "passwd"), "--name="+f.User,
		fmt.Sprintf("--uid=%d", nobody), fmt.Sprintf("--gid=%d", nobody), "--home="+f.Root, "--shell=/bin/false")
	c.Stdin = strings.NewReader(f.Password + "\n")
	if err := run(c); err != nil {
		return err
	}
	certificate, key, err := selfSigned()
	if err != nil {
		return err
	}
	f.Certificate = certificate
	return os.WriteFile(filepath.Join(folder, "certificate.pem"), append(certificate, key...), 0o600)
}

// selfSigned makes a certificate for 127.0.0.1 that is its own authority, and its key, both PEM.
func selfSigned() (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "steploom test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		return nil, nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), nil
}
