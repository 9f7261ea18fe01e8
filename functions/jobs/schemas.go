package jobs

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/shared/job"
)

// JobSchema is the JSON Schema of a job, in the words that draft 7 and OpenAPI 3.0 have in common. What it lets pass may still be refused: a path that
// is none, a key that nothing gives.
func JobSchema() map[string]any {
	texts := func(doc string) map[string]any {
		return map[string]any{"type": "array", "items": text(""), "description": doc}
	}
	return map[string]any{
		"type": "object", "title": "Job", "required": []string{"id", "owner", "type", "topic", "datamap", "url"},
		"properties": map[string]any{
			"id":           text("the name of the job"),
			"owner":        text("whose job it is"),
			"type":         map[string]any{"type": "string", "enum": []string{"HEAD", "GET", "POST", "PUT", "DELETE", "OPTIONS"}, "description": "the HTTP method"},
			"topic":        map[string]any{"type": "array", "items": text(""), "minItems": 1, "description": "the Kafka topics that it reads"},
			"datamap":      map[string]any{"type": "object", "additionalProperties": text(""), "description": "paths of what is picked out of a record, by name"},
			"url":          text("the address, a template of Python's str.format over what was picked"),
			"constant":     map[string]any{"type": "object", "description": "texts, or null, that paths find below $.constant"},
			"query_params": texts("names of what becomes the query"),
			"json_body":    texts("names of what becomes the body"),
			"basic_auth": map[string]any{"type": "object", "description": "user and password; " + job.Masked + " keeps what is stored", "properties": map[string]any{
				"user": text(""), "password": text(""), "pw": text("as password"),
			}},
			"token":                      text("sent as Authorization: access_token …; " + job.Masked + " keeps what is stored"),
			"ratelimit":                  map[string]any{"type": "number", "minimum": 0, "description": "seconds between two requests"},
			"retry":                      map[string]any{"type": "object", "description": "arguments of urllib3's Retry"},
			"on_failure":                 map[string]any{"type": "string", "enum": []string{"stop", "skip", "topic"}, "description": "what becomes of a record that cannot be delivered"},
			"x-steploom-error-topic":     text("the topic that takes such records"),
			"x-steploom-idempotency-key": map[string]any{"type": "boolean", "description": "whether requests have an Idempotency-Key"},
			"x-steploom-format":          map[string]any{"type": "string", "enum": []string{"avro", "registry", "json", "text"}, "description": "how records are encoded"},
			"x-steploom-timeout":         map[string]any{"type": "number", "minimum": 0, "description": "seconds of one attempt of a request"},
		},
	}
}

func text(doc string) map[string]any {
	if doc == "" {
		return map[string]any{"type": "string"}
	}
	return map[string]any{"type": "string", "description": doc}
}

// Schemas are the schemas of the OpenAPI document.
func Schemas() map[string]any {
	stored := JobSchema()
	properties := maps.Clone(stored["properties"].(map[string]any))
	properties["modified"], properties["hash"] = moment(), text("of the job without its credentials")
	properties["warnings"] = list(ref("Problem"))
	stored["title"], stored["properties"] = "StoredJob", properties
	standing := map[string]any{
		"id": text(""), "key": text("the job's name in consumer groups, logs and metrics"), "state": word("running", "stopped", "failed"),
		"reason": text("why the job has failed"), "changing": map[string]any{"type": "boolean"},
	}
	number := map[string]any{"type": "integer"}
	return map[string]any{
		"Job": JobSchema(), "StoredJob": stored, "Jobs": list(ref("StoredJob")),
		"State": object(standing), "Status": statusSchema(standing, number),
		"Log": list(object(map[string]any{
			"time": moment(), "level": word("DEBUG", "INFO", "WARNING", "ERROR"), "message": text(""), "entity": text("the record, without what is masked"),
			"record": object(map[string]any{"topic": text(""), "partition": number, "offset": number, "index": number}),
		})),
		"Problem": object(map[string]any{
			"severity": word("error", "warning"), "path": text("the place"), "offset": number, "message": text(""), "why": text(""), "fix": text("the way out"),
		}),
		"Problems":     object(map[string]any{"message": text(""), "problems": list(ref("Problem"))}),
		"Failure":      object(map[string]any{"message": text(""), "requestId": text("")}),
		"Done":         map[string]any{"type": "boolean"},
		"Word":         text(""),
		"Words":        list(text("")),
		"Lines":        list(list(text(""))),
		"Validity":     object(map[string]any{"valid": map[string]any{"type": "boolean"}, "validation_errors": list(text(""))}),
		"Health":       object(map[string]any{"healthy": map[string]any{"type": "boolean"}}),
		"Consumer":     object(map[string]any{"consumer_name": text(""), "consumer_version": text(""), "consumer_revision": text("")}),
		"WorkerStates": map[string]any{"type": "object", "additionalProperties": text("")},
		"Methods":      list(object(map[string]any{"method": text(""), "signature": text(""), "doc": text("")})),
		"Schema":       map[string]any{"type": "object"},
	}
}

func statusSchema(standing map[string]any, number map[string]any) map[string]any {
	all := maps.Clone(standing)
	all["modified"], all["hash"] = moment(), text("")
	all["counts"] = object(map[string]any{"delivered": number, "filtered": number, "failed": number})
	failed := object(map[string]any{"message": text(""), "time": moment()})
	failed["nullable"] = true
	lag := list(object(map[string]any{"topic": text(""), "partition": number, "committed": number, "end": number, "lag": number}))
	lag["nullable"] = true
	all["last_error"], all["lag"], all["lag_error"] = failed, lag, text("why the lag is not known")
	all["behind"] = map[string]any{"type": "integer", "nullable": true, "description": "the records of all partitions that are still to come"}
	return object(all)
}

func ref(name string) map[string]any { return map[string]any{"$ref": "#/components/schemas/" + name} }

func list(of map[string]any) map[string]any { return map[string]any{"type": "array", "items": of} }

func object(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties}
}

func word(words ...string) map[string]any {
	return map[string]any{"type": "string", "enum": slices.Clone(words)}
}

func moment() map[string]any { return map[string]any{"type": "string", "format": "date-time"} }
