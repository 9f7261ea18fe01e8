package engine

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Blobs is the storage that ItemReader and ResultWriter use in place of S3.
type Blobs interface {
	// Get reads an object.
	Get(bucket, key string) ([]byte, error)
	// Put writes an object.
	Put(bucket, key string, data []byte) error
	// List answers the objects whose key begins with prefix, in the order of their keys.
	List(bucket, prefix string) ([]Blob, error)
}

// Blob is one object of a listing.
type Blob struct {
	Key      string
	Size     int64
	Modified time.Time
}

// Folder is a folder that stands for S3: each bucket is a folder in it, each object a file. Keys cannot leave their bucket.
type Folder string

// Get reads the file of an object.
func (f Folder) Get(bucket, key string) ([]byte, error) {
	name, err := f.file(bucket, key)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("the specified key does not exist: s3://%s/%s", bucket, key)
	}
	return data, err
}

// Put writes the file of an object.
func (f Folder) Put(bucket, key string, data []byte) error {
	name, err := f.file(bucket, key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// List walks the bucket's folder.
func (f Folder) List(bucket, prefix string) ([]Blob, error) {
	root, err := f.file(bucket, "")
	if err != nil {
		return nil, err
	}
	var blobs []Blob
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		key, err := filepath.Rel(root, name)
		if err != nil || !strings.HasPrefix(filepath.ToSlash(key), prefix) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		blobs = append(blobs, Blob{Key: filepath.ToSlash(key), Size: info.Size(), Modified: info.ModTime()})
		return nil
	})
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("the specified bucket does not exist: %s", bucket)
	}
	sort.Slice(blobs, func(i, j int) bool { return blobs[i].Key < blobs[j].Key })
	return blobs, err
}

func (f Folder) file(bucket, key string) (string, error) {
	clean := path.Join(bucket, key)
	if bucket == "" || strings.ContainsAny(bucket, `/\`) || !filepath.IsLocal(filepath.FromSlash(clean)) || clean != bucket && !strings.HasPrefix(clean, bucket+"/") {
		return "", fmt.Errorf("the name s3://%s/%s is not allowed", bucket, key)
	}
	return filepath.Join(string(f), filepath.FromSlash(clean)), nil
}
