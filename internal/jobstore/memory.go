// Package jobstore is for tests of what works with a [job.Store]: one that keeps jobs in memory, and what every store must do.
package jobstore

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/steploom/steploom/shared/job"
)

// Memory is a store in memory. Its zero value is empty.
type Memory struct {
	mutex sync.Mutex
	kept  map[string]*kept
	logs  map[string][]job.Entry
}

type kept struct {
	record job.Record
	counts job.Counts
	next   time.Time
}

// Get implements job.Store.
func (m *Memory) Get(_ context.Context, key string) (job.Record, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if found, ok := m.kept[key]; ok {
		return found.record, nil
	}
	return job.Record{}, job.ErrUnknown
}

// List implements job.Store.
func (m *Memory) List(_ context.Context, tenant string) ([]job.Record, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var list []job.Record
	for _, key := range slices.Sorted(maps.Keys(m.kept)) {
		if record := m.kept[key].record; record.Tenant == tenant {
			list = append(list, record)
		}
	}
	return list, nil
}

// Put implements job.Store.
func (m *Memory) Put(_ context.Context, record job.Record) (job.Record, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	found, ok := m.kept[record.Key]
	if ok && found.record.Version != record.Version || !ok && record.Version != 0 {
		return job.Record{}, job.ErrConflict
	}
	record.Version++
	if m.kept == nil {
		m.kept = map[string]*kept{}
	}
	if !ok {
		found = &kept{}
		m.kept[record.Key] = found
	}
	found.record = record
	return record, nil
}

// Delete implements job.Store.
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if _, ok := m.kept[key]; !ok {
		return job.ErrUnknown
	}
	delete(m.kept, key)
	return nil
}

// Fail implements job.Store.
func (m *Memory) Fail(_ context.Context, key string, version int64, reason string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	found, ok := m.kept[key]
	if ok && found.record.Version == version && found.record.State == job.Running {
		found.record.State, found.record.Reason = job.Failed, reason
		found.record.Version++
	}
	return nil
}

// Count implements job.Store.
func (m *Memory) Count(_ context.Context, key string, more job.Counts) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	found, ok := m.kept[key]
	if !ok {
		return nil
	}
	found.counts.Delivered += more.Delivered
	found.counts.Filtered += more.Filtered
	found.counts.Failed += more.Failed
	if more.LastError != "" {
		found.counts.LastError, found.counts.LastFailed = more.LastError, more.LastFailed
	}
	return nil
}

// Counts implements job.Store.
func (m *Memory) Counts(_ context.Context, key string) (job.Counts, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if found, ok := m.kept[key]; ok {
		return found.counts, nil
	}
	return job.Counts{}, nil
}

// Log implements job.Store.
func (m *Memory) Log(_ context.Context, key string, entries ...job.Entry) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.logs == nil {
		m.logs = map[string][]job.Entry{}
	}
	m.logs[key] = append(m.logs[key], entries...)
	return nil
}

// Logs implements job.Store.
func (m *Memory) Logs(_ context.Context, key string, most int) ([]job.Entry, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	entries := m.logs[key]
	return slices.Clone(entries[max(0, len(entries)-most):]), nil
}

// Reserve implements job.Store.
func (m *Memory) Reserve(_ context.Context, key string, interval time.Duration, now time.Time) (time.Time, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	found, ok := m.kept[key]
	if !ok {
		return now, nil
	}
	slot := now
	if found.next.After(now) {
		slot = found.next
	}
	found.next = slot.Add(interval)
	return slot, nil
}
