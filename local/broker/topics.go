package broker

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/steploom/steploom/shared/job"
)

// topicFile is a file whose records go into a topic.
type topicFile struct {
	path    string // as people know it
	name    string // in the folder, with slashes
	topic   string
	records [][]byte
}

// formats read the records of a file, by its extension.
var formats = map[string]func(content []byte) ([][]byte, error){
	".json":   jsonRecords,
	".jsonl":  lineRecords,
	".ndjson": lineRecords,
	// an object container is one value of Kafka, however many records it holds
	".avro": func(content []byte) ([][]byte, error) { return [][]byte{content}, nil },
}

// Records are the records that a file holds, as its name says: each item of a list in JSON, each line that is not empty, or the whole content, also of
// a file that would fill no topic.
func Records(name string, content []byte) ([][]byte, error) {
	read, known := formats[strings.ToLower(path.Ext(name))]
	if !known {
		return [][]byte{content}, nil
	}
	return read(content)
}

// IsFile tells by its name whether a file of the folder fills a topic.
func IsFile(name string) bool {
	_, known := formats[strings.ToLower(path.Ext(name))]
	return known && !strings.HasPrefix(path.Base(name), ".")
}

// fileLimit bounds a file.
const fileLimit = 64 << 20

// readTopics reads the files of a folder, TOPIC.json, and of the folders in it, TOPIC/….json, in the order of their names.
func readTopics(folder string) ([]topicFile, error) {
	var files []topicFile
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		read := formats[strings.ToLower(path.Ext(name))]
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == ".":
			return nil
		case err != nil:
			return err
		case entry.IsDir() && strings.Count(name, "/") > 0:
			return fs.SkipDir
		case entry.IsDir() || !IsFile(name):
			return nil
		}
		one := topicFile{path: filepath.Join(folder, filepath.FromSlash(name)), name: name, topic: strings.TrimSuffix(name, path.Ext(name))}
		if within, _, ok := strings.Cut(name, "/"); ok {
			one.topic = within
		}
		if fault, fix := job.TopicFault(one.topic); fault != "" {
			return fmt.Errorf("%s: %q cannot be the name of a topic: %s; %s", one.path, one.topic, fault, fix)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Size() > fileLimit {
			return fmt.Errorf("%s: the file is larger than %d MB", one.path, fileLimit>>20)
		}
		content, err := os.ReadFile(one.path)
		if err != nil {
			return err
		}
		if one.records, err = read(content); err != nil {
			return fmt.Errorf("%s: %w", one.path, err)
		}
		files = append(files, one)
		return nil
	})
	return files, err
}

// jsonRecords are the items of an array, or one value.
func jsonRecords(content []byte) ([][]byte, error) {
	content = bytes.TrimSpace(content)
	if !bytes.HasPrefix(content, []byte("[")) {
		record, err := compact(content)
		return [][]byte{record}, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(content, &items); err != nil {
		return nil, err
	}
	var records [][]byte
	for _, item := range items {
		record, err := compact(item)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

// lineRecords are the lines, but for empty ones.
func lineRecords(content []byte) ([][]byte, error) {
	var records [][]byte
	number := 0
	for line := range bytes.Lines(content) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		record, err := compact(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		records = append(records, record)
	}
	return records, nil
}

func compact(text []byte) ([]byte, error) {
	var into bytes.Buffer
	err := json.Compact(&into, text)
	return into.Bytes(), err
}

// stamp is what is remembered of a file: how many records were put, and a hash of them.
type stamp struct {
	Records int    `json:"records"`
	Hash    string `json:"sha256"`
}

// stamp is that of the first records of a file.
func (f topicFile) stamp(number int) stamp {
	hash := sha256.New()
	for _, record := range f.records[:number] {
		fmt.Fprintf(hash, "%d\n", len(record))
		hash.Write(record)
	}
	return stamp{number, hex.EncodeToString(hash.Sum(nil))}
}

// stamps are those of files by their names.
type stamps map[string]stamp

func readStamps(path string) (stamps, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return stamps{}, nil
	}
	if err != nil {
		return nil, err
	}
	known := stamps{}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return known, nil
}

// rest are the records of a file that have not been put yet: all of them, again, where the file no longer begins as it did.
func (s stamps) rest(file topicFile) (records [][]byte, again bool) {
	known, ok := s[file.name]
	switch {
	case !ok:
		return file.records, false
	case known.Records <= len(file.records) && file.stamp(known.Records) == known:
		return file.records[known.Records:], false
	}
	return file.records, true
}

// write replaces the file of stamps whole.
func (s stamps) write(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
