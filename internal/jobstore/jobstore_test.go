package jobstore_test

import (
	"testing"

	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/job"
)

func TestMemory(t *testing.T) {
	jobstore.Conformance(t, func(*testing.T) job.Store { return &jobstore.Memory{} })
}
