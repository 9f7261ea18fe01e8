package cli

import (
	"context"
	"fmt"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/local/worker"
	"github.com/steploom/steploom/shared/diag"
)

// openJobs opens the jobs of the project when its workflow first has some.
func (d *developer) openJobs(output compiler.Output) error {
	if output.Workflow.Jobs == nil || d.settings.Jobs != nil {
		return nil
	}
	jobs, err := local.NewJobs(d.std.Context, d.project)
	if err != nil {
		return failed(err)
	}
	jobs.Changed = d.jobChanged
	d.settings.Jobs, d.settings.JobLog = jobs, local.JobLog(d.jobLine)
	return nil
}

// serveJobs lets a service work for the jobs, and tells of what is not as the files say.
func (d *developer) serveJobs(service *local.Service) {
	if d.settings.Jobs == nil {
		return
	}
	notes, err := d.settings.Jobs.Serve(context.WithoutCancel(d.std.Context), service)
	if err != nil {
		notes = append(notes, "the jobs: "+err.Error())
	}
	d.console.Lock()
	defer d.console.Unlock()
	for _, note := range notes {
		fmt.Fprintf(d.std.Err, "steploom: %s\n", diag.Name(note))
	}
}

// announceJobs tells where the brokers are and who may steer jobs.
func (d *developer) announceJobs(service *local.Service) {
	brokers, ok := service.Brokers()
	if !ok {
		return
	}
	fmt.Fprintln(d.std.Err, brokers)
	line := "  the job API: GET /jobs and others, see /openapi.json"
	if user, password, made := service.JobLogin(); made {
		line += fmt.Sprintf("; user %s, password %s (ADMIN_PW sets another)", user, password)
	}
	fmt.Fprintln(d.std.Out, line)
}

// announceFilled tells of records that a reload has put into topics.
func (d *developer) announceFilled(service *local.Service) {
	if brokers, ok := service.Brokers(); ok && len(brokers.Filled) > 0 {
		fmt.Fprintln(d.std.Err, brokers)
	}
}

// jobChanged prints what becomes of a job's worker.
func (d *developer) jobChanged(key string, status worker.Status) {
	line := key + ": " + string(status.State)
	if status.Reason != "" {
		line += ": " + status.Reason
	}
	d.jobLine("job " + line)
}

// jobLine prints a line that tells of a job.
func (d *developer) jobLine(line string) {
	d.console.Lock()
	defer d.console.Unlock()
	fmt.Fprintln(d.std.Out, diag.Name(line))
}

// closeJobs ends the workers of jobs behind what they are at.
func (d *developer) closeJobs() error {
	if d.settings.Jobs == nil {
		return nil
	}
	limit, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return d.settings.Jobs.Close(limit)
}
