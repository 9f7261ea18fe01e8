package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
)

// mocked is an execution with a mock configuration: the same machine had run on AWS, with the services that the mocks stand for.
type mocked struct {
	recording
	Config       json.RawMessage
	TestCase     string
	StateMachine string `json:"stateMachineName"`
}

// TestRecordedMocks runs the machines with their mock configurations and compares the status with that on AWS; the mocks leave out what the output tells of
// the services. Where AWS was not asked, the execution has to succeed.
func TestRecordedMocks(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(conformance(), "step-functions-api", "mock-config.jsonl"))
	if err != nil {
		t.Skipf("recorded mock configurations are absent: %v", err)
	}
	same, all := 0, 0
	for scanner := newLines(data); scanner.Scan(); {
		m := &mocked{recording: recording{Input: json.RawMessage("{}")}}
		if err := json.Unmarshal(scanner.Bytes(), m); err != nil {
			t.Fatal(err)
		}
		if m.TestCase == "" {
			continue
		}
		if m.TestCase == "HybridPath" {
			fmt.Printf("not reproduced: %s: a state without a mock calls the service\n", m.name())
			continue
		}
		all++
		if difference := m.run(t); difference != "" {
			t.Errorf("%s: %s", m.name(), difference)
			continue
		}
		same++
	}
	fmt.Printf("recorded, with mocks: %d of %d\n", same, all)
}

// run answers in what the execution differs.
func (m *mocked) run(t *testing.T) string {
	program, err := engine.PrepareJSON(m.definition())
	if err != nil {
		return err.Error()
	}
	mocks, err := engine.ParseMocks(m.Config)
	if err != nil {
		return err.Error()
	}
	invoker, err := mocks.Invoker(m.StateMachine, m.TestCase)
	if err != nil {
		return err.Error()
	}
	host := engine.Host{Clock: engine.NewVirtual(epoch), Invoker: invoker, Tokens: engine.NewTokens()}
	got := engine.Run(t.Context(), program, m.input(t), host, engine.Options{})
	if m.Status == "" {
		m.Status = engine.Succeeded
	}
	if got.Status != m.Status {
		return fmt.Sprintf("%s %s %s, want %s", got.Status, got.Error, got.Cause, m.Status)
	}
	return ""
}
