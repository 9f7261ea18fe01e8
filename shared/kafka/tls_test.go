package kafka_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/steploom/steploom/shared/kafka"
)

// identity is a certificate and its key, PEM.
type identity struct{ certificate, key []byte }

// newIdentity makes a certificate that signs itself, for servers on the loopback interface and for clients.
func newIdentity(t *testing.T, name string) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return identity{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})}
}

// TestTLS: the broker shows a certificate of the authority, and asks for the client's.
func TestTLS(t *testing.T) {
	broker, client := newIdentity(t, "broker"), newIdentity(t, "client")
	pair, err := tls.X509KeyPair(broker.certificate, broker.key)
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(client.certificate)
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	config := kafka.Config{Brokers: cluster.ListenAddrs(), Protocol: "SSL", Authority: broker.certificate, Certificate: client.certificate, Key: client.key}
	if err := admin(t, config).Ping(limited(t)); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]kafka.Config{
		"without a certificate of the client": {Brokers: config.Brokers, Protocol: "SSL", Authority: broker.certificate},
		"of an authority that is not trusted": {Brokers: config.Brokers, Protocol: "SSL", Certificate: client.certificate, Key: client.key},
	} {
		if err := admin(t, other).Ping(limited(t)); err == nil {
			t.Errorf("%s: it came in", name)
		}
	}
}
