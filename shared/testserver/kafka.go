package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// KafkaJarsVariable names the folder of the jars of Apache Kafka and of what it needs.
const KafkaJarsVariable = "STEPLOOM_KAFKA_JARS"

// Kafka is one broker of Apache Kafka, which is its own controller (KRaft). It makes no topics by itself.
type Kafka struct {
	// Broker takes anybody, SASL asks for [User] and [Password] by SASL_PLAINTEXT and the mechanism PLAIN.
	Broker, SASL string

	folder, java, jars string
	ports              []int // of Broker, SASL and the controller
}

// Kafka gives the broker that the tests of a binary share.
func (s *Set) Kafka(t testing.TB) *Kafka {
	t.Helper()
	return s.kafka.get(t, func() (*Kafka, error) { return s.launchKafka(nil) })
}

// MortalKafka gives a broker of its own.
func (s *Set) MortalKafka(t testing.TB) (*Kafka, *Mortal) {
	t.Helper()
	Slow(t, "it starts a server")
	m := &Mortal{set: s}
	k, err := s.launchKafka(m)
	Need(t, err)
	return k, m
}

func (s *Set) launchKafka(m *Mortal) (*Kafka, error) {
	k, err := s.newKafka()
	if err != nil {
		return nil, err
	}
	if err := run(k.command("kafka.tools.StorageTool", "format", "-t", "c3RlcGxvb20ta2Fma2EtMQ", "-c", k.settings())); err != nil {
		return nil, err
	}
	launch := func() (*process, error) {
		return s.start(k.command("kafka.Kafka", k.settings()), filepath.Join(k.folder, "log"), syscall.SIGKILL)
	}
	return k, m.up(s, launch, k.ports[0])
}

// newKafka makes the files of a broker.
func (s *Set) newKafka() (*Kafka, error) {
	k := &Kafka{jars: os.Getenv(KafkaJarsVariable)}
	found, _ := filepath.Glob(filepath.Join(k.jars, "kafka_*.jar"))
	if len(found) == 0 || k.jars == "" {
		return nil, missing{"Apache Kafka (its jars in " + KafkaJarsVariable + ")"}
	}
	var err error
	if k.java, err = find("java"); err != nil {
		return nil, err
	}
	if k.folder, err = s.folder("kafka", nil); err != nil {
		return nil, err
	}
	if k.ports, err = freePorts(3); err != nil {
		return nil, err
	}
	k.Broker, k.SASL = address(k.ports[0]), address(k.ports[1])
	return k, os.WriteFile(k.settings(), []byte(k.properties()), 0o600)
}

func (k *Kafka) settings() string { return filepath.Join(k.folder, "server.properties") }

// properties are the broker's settings ("Kafka Documentation", 3.1 Broker Configs).
func (k *Kafka) properties() string {
	controller := address(k.ports[2])
	return strings.Join([]string{
		"process.roles=broker,controller", "node.id=1", "controller.quorum.voters=1@" + controller, "controller.listener.names=CONTROLLER",
		fmt.Sprintf("listeners=PLAINTEXT://%s,SASL_PLAINTEXT://%s,CONTROLLER://%s", k.Broker, k.SASL, controller),
		fmt.Sprintf("advertised.listeners=PLAINTEXT://%s,SASL_PLAINTEXT://%s", k.Broker, k.SASL),
		"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "sasl.enabled.mechanisms=PLAIN",
		fmt.Sprintf("listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";", User, Password),
		"log.dirs=" + filepath.Join(k.folder, "data"), "auto.create.topics.enable=false",
		"offsets.topic.num.partitions=1", "offsets.topic.replication.factor=1", "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
		"group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000", "",
	}, "\n")
}

// command runs a class of the jars.
func (k *Kafka) command(class string, arguments ...string) *exec.Cmd {
	return command(nil, k.folder, k.java, append([]string{"-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", filepath.Join(k.jars, "*"), class}, arguments...)...)
}
