package engine

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// itemReader reads the items of a distributed Map (Step Functions developer guide, "ItemReader").
type itemReader struct {
	list      bool // s3:listObjectsV2
	arguments *template
	config    asl.ReaderConfig
	maxItems  *template
}

func (s *stateCompiler) itemReader(v *asl.ItemReader) *itemReader {
	r := &itemReader{arguments: s.data("ItemReader/Arguments", v.Arguments, "ItemReader/Parameters", v.Parameters)}
	if c := v.ReaderConfig; c != nil {
		r.config = *c
		r.maxItems = s.either("ItemReader/ReaderConfig/MaxItems", c.MaxItems.Data(), c.MaxItemsPath)
	}
	switch api := parseResource(v.Resource); {
	case api.service == "s3" && api.api == "listObjectsV2":
		r.list = true
	case api.service == "s3" && api.api == "getObject":
		s.inputType(r.config.InputType)
	default:
		s.fail("ItemReader/Resource", "'%s' cannot be read from; s3:getObject and s3:listObjectsV2 can", v.Resource)
	}
	return r
}

func (s *stateCompiler) inputType(kind string) {
	const location = "ItemReader/ReaderConfig/InputType"
	switch kind {
	case "JSON", "JSONL", "CSV":
	case "PARQUET":
		s.fail(location, "'PARQUET' cannot be read here, where nothing else needs a library for such files; JSON, JSONL and CSV can")
	case "MANIFEST":
		s.fail(location, "'MANIFEST' cannot be read here: it is an inventory or a query's result that S3 and Athena write; JSON, JSONL and CSV can")
	default:
		s.fail(location, "'%s' cannot be read here; JSON, JSONL and CSV can", kind)
	}
}

// readerError is a cause in the words of the service.
type readerError string

func (e readerError) Error() string { return string(e) }

// read answers the items. What goes wrong in the storage or the file is States.ItemReaderFailed.
func (r *itemReader) read(e *environment) ([]mapItem, *failure) {
	most, failed := r.most(e)
	if failed != nil {
		return nil, failed
	}
	bucket, key, failed := place(r.arguments, e)
	if failed != nil {
		return nil, failed
	}
	blobs := e.frame.execution.host.Blobs
	if blobs == nil {
		return nil, &failure{name: errorItemReader, cause: "No storage is there to read items from."}
	}
	list, err := r.items(blobs, bucket, key)
	if err != nil {
		return nil, &failure{name: errorItemReader, cause: err.Error()}
	}
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	items := listItems(list)
	for i := range items {
		items[i].source = "s3://" + bucket + "/" + key
	}
	return items, nil
}

// most is how many items are read; 0 is any number. In JSONPath mode more than the service ever reads is no failure.
func (r *itemReader) most(e *environment) (int, *failure) {
	const limit = 100_000_000
	if r.maxItems == nil || r.maxItems.query == nil {
		return optional(r.maxItems, e, 0, limit)
	}
	most, failed := whole(r.maxItems, e, math.MinInt, math.MaxInt)
	if failed == nil && most < 0 {
		failed = &failure{name: errorItemReader, cause: "field MaxItems must be positive"}
	}
	return most, failed
}

// place evaluates arguments that name a bucket, and a key or prefix.
func place(arguments *template, e *environment) (bucket, key string, failed *failure) {
	if arguments == nil {
		return "", "", nil
	}
	v, failed := arguments.evaluate(e)
	if failed != nil {
		return "", "", failed
	}
	if o, ok := v.data.(*jsonata.Object); ok {
		bucket = member(o, "Bucket")
		key = member(o, "Key") + member(o, "Prefix")
	}
	return bucket, key, nil
}

func member(o *jsonata.Object, name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

func (r *itemReader) items(blobs Blobs, bucket, key string) ([]any, error) {
	if r.list {
		return listing(blobs, bucket, key)
	}
	data, err := blobs.Get(bucket, key)
	if err != nil {
		return nil, err
	}
	switch r.config.InputType {
	case "CSV":
		return r.csv(data)
	case "JSONL":
		return jsonLines(data)
	default:
		return r.json(data)
	}
}

func listing(blobs Blobs, bucket, prefix string) ([]any, error) {
	found, err := blobs.List(bucket, prefix)
	if err != nil {
		return nil, err
	}
	items := make([]any, len(found))
	for i, blob := range found {
		o := jsonata.NewObject()
		o.Set("Etag", "")
		o.Set("Key", blob.Key)
		o.Set("LastModified", float64(blob.Modified.Unix()))
		o.Set("Size", float64(blob.Size))
		o.Set("StorageClass", "STANDARD")
		items[i] = o
	}
	return items, nil
}

func (r *itemReader) json(data []byte) ([]any, error) {
	v, err := jsonata.Decode(data)
	if err != nil {
		return nil, err
	}
	if r.config.ItemsPointer != "" {
		if v, err = pointed(v, r.config.ItemsPointer); err != nil {
			return nil, err
		}
	}
	list, ok := v.([]any)
	if !ok {
		return nil, readerError("Attempting to map over non-iterable node.")
	}
	return list, nil
}

// pointed follows a JSON pointer (RFC 6901) through objects.
func pointed(v any, pointer string) (any, error) {
	for _, token := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		o, ok := v.(*jsonata.Object)
		if ok {
			v, ok = o.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
		}
		if !ok {
			return nil, readerError("The ItemsPointer does not point to a value: " + pointer)
		}
	}
	return v, nil
}

func jsonLines(data []byte) ([]any, error) {
	items := []any{}
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		v, err := jsonata.Decode(line)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

func (r *itemReader) csv(data []byte) ([]any, error) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord = -1
	reader.LazyQuotes = true
	reader.Comma = delimiter(r.config.CSVDelimiter)
	headers := r.config.CSVHeaders
	if r.config.CSVHeaderLocation != "GIVEN" {
		first, err := reader.Read()
		if err == io.EOF {
			return []any{}, nil
		}
		if err != nil {
			return nil, err
		}
		headers = first
	}
	if repeats(headers) {
		return nil, readerError("CSV headers cannot contain duplicates.")
	}
	records, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	items := make([]any, len(records))
	for i, record := range records {
		items[i] = row(headers, record)
	}
	return items, nil
}

func delimiter(name string) rune {
	switch name {
	case "PIPE":
		return '|'
	case "SEMICOLON":
		return ';'
	case "SPACE":
		return ' '
	case "TAB":
		return '\t'
	default:
		return ','
	}
}

func repeats(headers []string) bool {
	seen := make(map[string]bool, len(headers))
	for _, header := range headers {
		if seen[header] {
			return true
		}
		seen[header] = true
	}
	return false
}

// row makes an object of a record. Fields that a short record lacks are empty; those that a long one has beyond the headers are left out.
func row(headers, record []string) *jsonata.Object {
	o := jsonata.NewObject()
	for i, header := range headers {
		cell := ""
		if i < len(record) {
			cell = record[i]
		}
		o.Set(header, cell)
	}
	return o
}
