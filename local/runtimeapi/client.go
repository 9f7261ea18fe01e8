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

type aliasKey struct{}

// WithAlias gives a context in which invocations call the function by an alias, as event source mappings do.
func WithAlias(ctx context.Context, alias string) context.Context {
	return context.WithValue(ctx, aliasKey{}, alias)
}

// arnOf is the ARN by which a context calls a function.
func arnOf(ctx context.Context, function string) string {
	arn := "arn:aws:lambda:us-east-1:000000000000:function:" + function
	if alias, _ := ctx.Value(aliasKey{}).(string); alias != "" {
		arn += ":" + alias
	}
	return arn
}
