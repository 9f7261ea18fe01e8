package engine

import (
	"bytes"
	"path"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// resultWriter writes the results of a distributed Map (Step Functions developer guide, "ResultWriter"). Without a resource it only says how the
// results that the state returns look.
type resultWriter struct {
	store          bool
	arguments      *template
	transformation string
	lines          bool // JSONL
}

func (s *stateCompiler) resultWriter(v *asl.ResultWriter) *resultWriter {
	w := &resultWriter{arguments: s.data("ResultWriter/Arguments", v.Arguments, "ResultWriter/Parameters", v.Parameters), store: v.Resource != ""}
	if c := v.WriterConfig; c != nil {
		w.transformation, w.lines = c.Transformation, c.OutputType == "JSONL"
	}
	if api := parseResource(v.Resource); w.store && (api.service != "s3" || api.api != "putObject") {
		s.fail("ResultWriter/Resource", "'%s' cannot be written to; s3:putObject can", v.Resource)
	}
	return w
}

func (w *resultWriter) write(r *distributedRun) (value, *failure) {
	if !w.store {
		return sized(w.records(r, Succeeded)), nil
	}
	bucket, prefix, failed := place(w.arguments, &environment{frame: r.frame})
	if failed != nil {
		return value{}, failed
	}
	blobs := r.frame.execution.host.Blobs
	if blobs == nil {
		return value{}, &failure{name: errorResultWriter, cause: "No storage is there to write results to."}
	}
	key, err := w.files(blobs, r, bucket, path.Join(prefix, r.id))
	if err != nil {
		return value{}, &failure{name: errorResultWriter, cause: err.Error()}
	}
	details := jsonata.NewObject()
	details.Set("Bucket", bucket)
	details.Set("Key", key)
	result := jsonata.NewObject()
	result.Set("MapRunArn", r.arn)
	result.Set("ResultWriterDetails", details)
	return sized(result), nil
}

// files writes a file of results for each status that occurs, and the manifest that names them. It answers the manifest's key.
func (w *resultWriter) files(blobs Blobs, r *distributedRun, bucket, folder string) (string, error) {
	files := jsonata.NewObject()
	for _, status := range []string{Failure, "PENDING", Succeeded} {
		written := []any{}
		if records := w.records(r, status); len(records) > 0 {
			key := path.Join(folder, status+"_0.json")
			data := w.encode(records)
			if err := blobs.Put(bucket, key, data); err != nil {
				return "", err
			}
			file := jsonata.NewObject()
			file.Set("Key", key)
			file.Set("Size", float64(len(data)))
			written = append(written, file)
		}
		files.Set(status, written)
	}
	manifest := jsonata.NewObject()
	manifest.Set("DestinationBucket", bucket)
	manifest.Set("MapRunArn", r.arn)
	manifest.Set("ResultFiles", files)
	key := path.Join(folder, "manifest.json")
	return key, blobs.Put(bucket, key, []byte(jsonText(manifest)))
}

func (w *resultWriter) encode(records []any) []byte {
	if !w.lines {
		return []byte(jsonText(records))
	}
	var out bytes.Buffer
	for _, record := range records {
		out.WriteString(jsonText(record))
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// records are the results of one status, transformed. Failed ones are always whole.
func (w *resultWriter) records(r *distributedRun, status string) []any {
	transformation := w.transformation
	if transformation == "" && !w.store {
		transformation = "COMPACT"
	}
	records := []any{}
	for i := range r.results {
		result := &r.results[i]
		if result.Status != status && !(status == Failure && result.Status == TimedOut) {
			continue
		}
		switch list, isList := result.Output.([]any); {
		case status != Succeeded || transformation == "" || transformation == "NONE":
			records = append(records, r.record(i))
		case transformation == "FLATTEN" && isList:
			records = append(records, list...)
		default:
			records = append(records, result.Output)
		}
	}
	return records
}

// record describes a child execution the way result files do.
func (r *distributedRun) record(i int) *jsonata.Object {
	result := &r.results[i]
	included := jsonata.NewObject()
	included.Set("Included", true)
	o := jsonata.NewObject()
	if result.Status == Failure {
		o.Set("Cause", result.Cause)
		o.Set("Error", result.Error)
	}
	o.Set("ExecutionArn", result.Arn)
	o.Set("Input", jsonText(r.inputs[i].data))
	o.Set("InputDetails", included)
	o.Set("Name", result.Name)
	if result.Status == Succeeded {
		o.Set("Output", jsonText(result.Output))
		o.Set("OutputDetails", included)
	}
	o.Set("StartDate", timestamp(result.Started))
	o.Set("StateMachineArn", r.frame.execution.options.machineArn()+"/"+r.label)
	o.Set("Status", result.Status)
	o.Set("StopDate", timestamp(result.Stopped))
	return o
}
