package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// resourceEvent is what CloudFormation asks of a custom resource (CloudFormation user guide, "Custom resource request objects").
type resourceEvent struct {
	RequestType        string // Create, Update, Delete
	ResponseURL        string
	StackID            string `json:"StackId"`
	RequestID          string `json:"RequestId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
	ResourceProperties struct {
		// Jobs is the JSON of a list of [Declared], and State the one that all of them begin with; it may be left out.
		Jobs, State string
		// Stack is "true" for the resource that goes only when the stack does.
		Stack string
	}
}

// resourceAnswer is what CloudFormation wants to hear ("Custom resource response objects").
type resourceAnswer struct {
	Status             string
	Reason             string `json:",omitempty"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
	StackID            string `json:"StackId"`
	RequestID          string `json:"RequestId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
}

const (
	// answerTime is how long one try to answer CloudFormation takes at most, and answerShare is kept of the invocation for it.
	answerTime  = 5 * time.Second
	answerShare = 2 * answerTime
	answerTries = 3
	// reasonLimit keeps an answer within its 4096 bytes.
	reasonLimit = 1000
)

// resource puts the declared jobs of a stack into the store when that is created or changed. When the stack is deleted, what reads topics for posted jobs,
// of which CloudFormation knows nothing, is taken away; the jobs themselves go with the table, or stay in it. CloudFormation is answered whatever happens,
// since it waits for it.
func (s service) resource(ctx context.Context, event resourceEvent) error {
	failure := s.seed(ctx, event)
	if failure != nil {
		s.Log.Error("declared jobs are not all stored", "requestId", event.RequestID, "cause", failure.Error())
	}
	return s.tell(ctx, event, failure)
}

func (s service) seed(ctx context.Context, event resourceEvent) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v", cause)
		}
	}()
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerShare))
		defer cancel()
	}
	switch event.RequestType {
	case "Create", "Update":
	case "Delete":
		return s.removeAll(ctx, event)
	default:
		return fmt.Errorf("%q is no request that is known", event.RequestType)
	}
	var declared []Declared
	if err := json.Unmarshal([]byte(event.ResourceProperties.Jobs), &declared); err != nil {
		return fmt.Errorf("the property Jobs is no list of jobs: %w", err)
	}
	state := job.State(event.ResourceProperties.State)
	if !slices.Contains([]job.State{"", job.Running, job.Stopped}, state) {
		return fmt.Errorf("the property State is %q, not %s or %s", state, job.Running, job.Stopped)
	}
	for i := range declared {
		declared[i].State = state
	}
	made, err := Seed(ctx, s.Store, declared, s.Now())
	if event.RequestType == "Update" {
		s.revive(ctx, made)
	}
	return err
}

// revive lets what reads topics do so for jobs that have been stored: their mappings may be there, disabled since somebody took such a job away. A mapping that
// is not there yet comes with the stack.
func (s service) revive(ctx context.Context, made []job.Record) {
	consumers, can := s.Consumers.(interface {
		Switch(context.Context, job.Record) error
	})
	if !can {
		return
	}
	for _, record := range made {
		if err := consumers.Switch(ctx, record); err != nil {
			s.Log.Warn("a declared job does not begin to read before its status is asked for", "job", record.Key, "cause", err.Error())
		}
	}
}

// removeAll takes away what reads topics, where the stack goes.
func (s service) removeAll(ctx context.Context, event resourceEvent) error {
	all, can := s.Consumers.(interface{ RemoveAll(context.Context) error })
	if event.ResourceProperties.Stack != "true" || !can {
		return nil
	}
	return all.RemoveAll(ctx)
}

// tell puts the answer to the address that CloudFormation has signed for it, which is https and no secret to log.
func (s service) tell(ctx context.Context, event resourceEvent, failure error) error {
	told := resourceAnswer{
		Status: "SUCCESS", PhysicalResourceID: event.PhysicalResourceID,
		StackID: event.StackID, RequestID: event.RequestID, LogicalResourceID: event.LogicalResourceID,
	}
	if told.PhysicalResourceID == "" {
		told.PhysicalResourceID = event.LogicalResourceID
	}
	if failure != nil {
		told.Status, told.Reason = "FAILED", failure.Error()
		told.Reason = told.Reason[:min(len(told.Reason), reasonLimit)]
	}
	body, err := json.Marshal(told)
	if err != nil {
		return err
	}
	address, err := url.Parse(event.ResponseURL)
	if err != nil || address.Host == "" {
		return task.Errorf(task.RequestInvalid, "ResponseURL is no address")
	}
	for try := 1; ; try++ {
		if err = s.send(ctx, address.String(), body); err == nil || try == answerTries || ctx.Err() != nil {
			return err
		}
	}
}

func (s service) send(ctx context.Context, address string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(body))
	if err != nil {
		return task.Errorf(task.RequestInvalid, "ResponseURL is no address")
	}
	request.Header["Content-Type"] = nil // the address is signed for an empty one
	answer, err := s.Client.Do(request)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // without the address, which is signed
		}
		return fmt.Errorf("CloudFormation is not answered: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode > 299 {
		return fmt.Errorf("CloudFormation's address answers %s", answer.Status)
	}
	return nil
}
