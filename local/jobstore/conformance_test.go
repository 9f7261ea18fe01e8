package jobstore_test

import (
	"path/filepath"
	"testing"

	conformance "github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/job"
)

// TestConformance: what every store of jobs must do.
func TestConformance(t *testing.T) {
	conformance.Conformance(t, func(t *testing.T) job.Store { return open(t, filepath.Join(t.TempDir(), "jobs.db")) })
}
