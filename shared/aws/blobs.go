package aws

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// Blobs keeps objects in the S3 bucket that blob.BucketVariable names, below "blobs/". Without the variable every use
// fails with task.BlobUnavailable.
func Blobs(client *Client) blob.Store { return bucket{client} }

type bucket struct{ client *Client }

const keyPrefix = "blobs/"

func (b bucket) Put(ctx context.Context, content []byte) (string, error) {
	key := blob.NewKey()
	_, err := b.send(ctx, http.MethodPut, key, content)
	return key, err
}

func (b bucket) Get(ctx context.Context, key string) ([]byte, error) {
	if !blob.ValidKey(key) {
		return nil, blob.Missing(key)
	}
	return b.send(ctx, http.MethodGet, key, nil)
}

func (b bucket) send(ctx context.Context, method, key string, content []byte) ([]byte, error) {
	name := b.client.environment.Value(blob.BucketVariable().Name)
	if name == "" {
		return nil, task.Errorf(task.BlobUnavailable, "%s is not set", blob.BucketVariable().Name)
	}
	body, err := b.client.send(ctx, message{
		service: "s3", method: method, url: b.url(name, key), header: http.Header{}, body: content, idempotent: true,
	})
	var refused *Error
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		return nil, blob.Missing(key)
	}
	if err != nil {
		return nil, task.Errorf(task.BlobUnavailable, "%v", err)
	}
	return body, nil
}

// url is the object's address: by the bucket's own host, or by path at an endpoint of the environment.
func (b bucket) url(name, key string) string {
	if endpoint := b.client.environment.AWSEndpoint(task.ServiceS3); endpoint != "" {
		return strings.Join([]string{endpoint, name, keyPrefix + key}, "/")
	}
	return b.client.endpoint(task.ServiceS3, name+".s3") + "/" + keyPrefix + key
}
