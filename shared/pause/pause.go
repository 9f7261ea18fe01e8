// Package pause waits, but no longer than a context allows.
package pause

import (
	"context"
	"math/rand/v2"
	"time"
)

// For waits so long. The error is the context's, where that ends first. What is not more than zero does not wait.
func For(ctx context.Context, length time.Duration) error {
	if length <= 0 {
		return nil
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// About waits between one half and one and a half times as long as [For] does, so that those who failed together do not come back together.
func About(ctx context.Context, length time.Duration) error {
	if length <= 0 {
		return nil
	}
	return For(ctx, length/2+rand.N(length))
}
