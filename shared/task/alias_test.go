package task

import (
	"context"
	"testing"
)

func TestAlias(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:lambda:eu-central-1:1:function:stream:people": "people", "arn:aws:lambda:eu-central-1:1:function:stream": "",
		"arn:aws-cn:lambda:cn-north-1:1:function:stream:$LATEST": "$LATEST", "": "", "arn:aws:states:eu-central-1:1:stateMachine:stream:people": "",
	} {
		if got := AliasInARN(arn); got != want {
			t.Errorf("%s: %q", arn, got)
		}
	}
	if AliasOf(context.Background()) != "" || AliasOf(WithAlias(context.Background(), "a")) != "a" {
		t.Error("a context does not know its alias")
	}
}
