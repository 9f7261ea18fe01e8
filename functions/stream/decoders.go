package stream

import (
	"context"
	"fmt"
	"sync"

	"github.com/steploom/steploom/functions/stream/message"
	"github.com/steploom/steploom/shared/secret"
)

// decoders are those of the formats, which keep the schemas they have seen.
type decoders struct {
	mutex sync.Mutex
	known map[string]*message.Decoder
}

// of gives the decoder of a format. The registry's credentials are resolved when the first is made.
func (d *decoders) of(ctx context.Context, s *Stream, format string) (*message.Decoder, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if decoder := d.known[format]; decoder != nil {
		return decoder, nil
	}
	registry := message.RegistryConfig{URL: s.settings.RegistryURL}
	if reference := s.settings.RegistryCredentials; reference != "" && registry.URL != "" && s.Secrets != nil {
		value, err := s.Secrets.Resolve(ctx, reference)
		if err != nil {
			return nil, fmt.Errorf("the credentials of the schema registry: %w", err)
		}
		if registry.User, registry.Password, err = secret.Credentials(reference, value); err != nil {
			return nil, err
		}
	}
	decoder := message.NewDecoder(message.Config{Format: message.Format(format), Registry: registry})
	if d.known == nil {
		d.known = map[string]*message.Decoder{}
	}
	d.known[format] = decoder
	return decoder, nil
}
