// Package jobs is the function behind the job API: it takes API Gateway events (HTTP API, payload format 2.0), keeps jobs in a [job.Store] and has
// their consumers started, stopped and moved by [job.Consumers].
//
// It finds the route by the path itself, so that one route of API Gateway for all paths below a prefix serves: [Routes] lists those. What is asked for
// is told by [Operations]; the OpenAPI document is made of the same table. Three generations of clients are served: the routes of the Aether REST
// consumer's design (GET /jobs/{owner}, /job/{id}), those that its code had (/jobs/add, …), and those of the later library (/job/add, …).
//
// In this order a request is held against the table of routes (404, 405), the credentials (401), the tenant (400), and what it says (400, 404, 409).
//
// The function is also the custom resource that puts the declared jobs of a workflow into the store: see [Seed]. A schedule has it count the jobs that are
// failed ([job.CountFailed]), for an alarm.
package jobs
