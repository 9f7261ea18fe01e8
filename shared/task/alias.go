package task

import (
	"context"
	"strings"
)

type aliasKey struct{}

// WithAlias gives a context that knows the alias by which the function was called.
func WithAlias(ctx context.Context, alias string) context.Context {
	return context.WithValue(ctx, aliasKey{}, alias)
}

// AliasOf is the alias that a context knows, "" where the function was called by its name alone.
func AliasOf(ctx context.Context) string {
	alias, _ := ctx.Value(aliasKey{}).(string)
	return alias
}

// AliasInARN is the alias, or the version, at the end of a function's ARN (Lambda developer guide, "Using function versions in ARNs"), "" where there is
// none: arn:aws:lambda:eu-central-1:123456789012:function:stream:people.
func AliasInARN(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) != 8 || parts[5] != "function" {
		return ""
	}
	return parts[7]
}
