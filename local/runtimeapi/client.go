package runtimeapi

import "context"

type clientContextKey struct{}

// WithClientContext gives a context in which invocations hand over a client context, which is JSON in ASCII (Lambda API, "Invoke", ClientContext);
// "" hands over none.
func WithClientContext(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, clientContextKey{}, text)
}

func clientContextOf(ctx context.Context) string {
	text, _ := ctx.Value(clientContextKey{}).(string)
	return text
}
