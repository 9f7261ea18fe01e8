package jobs

import "net/http"

// Operations are all that can be asked for.
func Operations() []Operation {
	var all []Operation
	for _, part := range [][]Operation{design(), code(), library(), open()} {
		all = append(all, part...)
	}
	return all
}

const (
	get    = http.MethodGet
	post   = http.MethodPost
	remove = http.MethodDelete
)

var (
	byID    = []Parameter{{"id", "the id of the job"}}
	byPlace = []Parameter{{"topic", "only this topic of the job"}, {"partition", "only this partition, of the topic or of the job's only one"}}
	byMost  = []Parameter{{"limit", "how many lines at most: 100 when it is not given, 1000 at most"}}
)

// design are the routes of the consumer's README, with those that it planned.
func design() []Operation {
	return []Operation{
		{Method: get, Path: "/jobs", Doc: "The jobs, in the order of their keys.", Since: Design, Answer: "Jobs", serve: service.all,
			Query: []Parameter{{"owner", "only the jobs of this owner"}}},
		{Method: get, Path: "/jobs/{owner+}", Doc: "The jobs of an owner.", Since: Design, Answer: "Jobs", serve: service.ofOwner},
		{Method: get, Path: "/job/{id}", Doc: "A job.", Since: Design, Answer: "StoredJob", serve: service.read},
		{Method: post, Path: "/job/{id}", Doc: "Makes a job, or replaces the one of that id.", Since: Design, Body: "Job", Answer: "StoredJob", serve: service.upsert},
		{Method: remove, Path: "/job/{id}", Doc: "Takes a job away.", Since: Design, serve: service.takeAway},
		{Method: post, Path: "/job/{id}/start", Doc: "Lets a job work that was stopped or has failed.", Since: Design, Answer: "State", serve: service.start},
		{Method: post, Path: "/job/{id}/stop", Doc: "Stops a job, which keeps its offsets.", Since: Design, Answer: "State", serve: service.stop},
		{Method: post, Path: "/job/{id}/set_offset/{offset}", Doc: "Makes a job go on elsewhere: at an offset, earliest, latest or a time of ISO 8601.",
			Since: Design, Query: byPlace, Answer: "State", serve: service.setOffset},
		{Method: get, Path: "/job/{id}/status", Doc: "How a job stands: its state, how far it is behind, what it has done and its last error.", Since: Design,
			Answer: "Status", serve: service.status},
		{Method: get, Path: "/job/{id}/logs", Doc: "The last lines of a job's log, oldest first.", Since: Design, Query: byMost, Answer: "Log", serve: service.logs},
	}
}

// code are the routes that the consumer had.
func code() []Operation {
	return []Operation{
		{Method: post, Path: "/jobs/add", Doc: "Makes or replaces a job.", Since: Code, Body: "Job", Answer: "Done", serve: service.add},
		{Method: post, Path: "/jobs/update", Doc: "The same.", Since: Code, Body: "Job", Answer: "Done", serve: service.add},
		{Method: get, Path: "/jobs/delete", Doc: "Takes a job away; false where there is none.", Since: Code, Query: byID, Answer: "Done", serve: service.delete},
		{Method: get, Path: "/jobs/get", Doc: "A job.", Since: Code, Query: byID, Answer: "StoredJob", serve: service.read},
		{Method: get, Path: "/jobs/list", Doc: "The states of the jobs by their ids, in the words of the consumer.", Since: Code, Answer: "WorkerStates", serve: service.workers},
		{Method: post, Path: "/jobs/validate", Doc: "Whether a job can be taken.", Since: Code, Body: "Job", Answer: "Validity", serve: service.validate},
	}
}

// library are the routes of the later library.
func library() []Operation {
	one := func(path, doc, answer string, serve serving, methods ...string) []Operation {
		var all []Operation
		for _, method := range methods {
			all = append(all, Operation{Method: method, Path: "/job/" + path, Doc: doc, Since: Library, Query: byID, Answer: answer, serve: serve})
		}
		return all
	}
	about := func(path, doc, answer string, serve serving) []Operation {
		asked := Operation{Method: get, Path: "/job/" + path, Doc: doc, Since: Library, Answer: answer, serve: serve}
		posted := asked
		posted.Method = post
		return []Operation{asked, posted}
	}
	taking := func(path, doc, answer string, serve serving) Operation {
		return Operation{Method: post, Path: "/job/" + path, Doc: doc, Since: Library, Body: "Job", Answer: answer, serve: serve}
	}
	var all []Operation
	for _, operations := range [][]Operation{
		{
			taking("add", "Makes or replaces a job; false for one that cannot be taken.", "Done", service.addQuietly),
			taking("update", "The same.", "Done", service.addQuietly),
			taking("validate", "Whether a job can be taken.", "Validity", service.validate),
			taking("validate_pretty", "Whether a job can be taken, and why not.", "Validity", service.validatePretty),
		},
		one("delete", "Takes a job away; false where there is none.", "Done", service.delete, get, post, remove),
		one("get", "A job.", "StoredJob", service.read, get, post),
		one("pause", "Stops a job.", "Done", service.pause, get, post),
		one("resume", "Lets a job work.", "Done", service.resume, get, post),
		one("get_status", "The state of a job, in the words of the library.", "Word", service.jobStatus, get, post),
		one("get_logs", "The last 100 lines of a job's log.", "Lines", service.lines, get, post),
		about("list", "The ids of the jobs.", "Words", service.list),
		about("describe", "What can be done with jobs.", "Methods", service.describe),
		about("get_schema", "The JSON Schema of jobs.", "Schema", service.schema),
	} {
		all = append(all, operations...)
	}
	return all
}

// open are those that ask for no credentials.
func open() []Operation {
	return []Operation{
		{Method: get, Path: "/healthcheck", Doc: "Whether the function answers.", Since: Code, Answer: "Health", Open: true, serve: service.health},
		{Method: get, Path: "/health", Doc: "The same.", Since: Library, Answer: "Health", Open: true, serve: service.health},
		{Method: get, Path: "/check-consumer", Doc: "What answers here.", Since: Library, Answer: "Consumer", Open: true, serve: service.consumer},
		{Method: get, Path: "/openapi.json", Doc: "This document.", Since: Design, Open: true, serve: service.openAPI},
	}
}
