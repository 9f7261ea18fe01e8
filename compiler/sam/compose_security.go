package sam

import "github.com/steploom/steploom/compiler/sam/cfn"

// The template conditions and parameters of accounts with rules of their own.
const (
	withKey        = "WithKmsKey"
	keyParameter   = "KmsKeyArn"
	withBoundary   = "WithPermissionsBoundary"
	boundaryPolicy = "PermissionsBoundaryArn"
)

// dataKeySeconds is how long Step Functions uses a data key before it asks KMS for another; the longest there is, and the cheapest.
const dataKeySeconds = 900

// secure lets an account's own key encrypt, and its permissions boundary bound, whatever of the template can be.
func secure(t *cfn.Template) {
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: keyParameter, Group: groupSecurity, Type: "String", Default: cfn.Text(""),
			Pattern: "(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+)?", Constraint: "must be the ARN of a KMS key, or empty",
			Description: "Key of KMS that encrypts logs, secrets, stored payloads, queues, and what functions and state machines keep; empty for keys of AWS's own. docs/deploy.md has the policy that it needs"},
		cfn.Parameter{Name: boundaryPolicy, Group: groupSecurity, Type: "String", Default: cfn.Text(""),
			Pattern: "(arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+)?", Constraint: "must be the ARN of a policy, or empty",
			Description: "Policy that bounds what every role of the stack may do; empty for none"},
	)
	t.Conditions = append(t.Conditions, given(withKey, keyParameter), given(withBoundary, boundaryPolicy))
	key := cfn.Choose(withKey, cfn.Ref(keyParameter), cfn.NoValue)
	for _, resource := range t.Resources {
		switch body := resource.Body.(type) {
		case *cfn.Role:
			body.Boundary = cfn.Choose(withBoundary, cfn.Ref(boundaryPolicy), cfn.NoValue)
		case *cfn.LogGroup:
			body.Key = key
		case *cfn.Secret:
			body.Key = key
		case *cfn.Function:
			body.Key = key
		case *cfn.Topic:
			body.Key = key
		case *cfn.Table:
			body.Encrypt = cfn.Map{{Key: "SSEEnabled", Value: cfn.Choose(withKey, true, false)}, {Key: "SSEType", Value: cfn.Choose(withKey, "KMS", cfn.NoValue)}, {Key: "KMSMasterKeyId", Value: key}}
		case *cfn.Queue:
			body.Key, body.OwnKey = key, cfn.Choose(withKey, cfn.NoValue, true)
		case *cfn.Bucket:
			body.Algorithm, body.Key = cfn.Choose(withKey, "aws:kms", "AES256"), key
		case *cfn.StateMachine:
			body.Encryption = cfn.Choose(withKey, cfn.Map{
				{Key: "Type", Value: "CUSTOMER_MANAGED_KMS_KEY"}, {Key: "KmsKeyId", Value: cfn.Ref(keyParameter)}, {Key: "KmsDataKeyReusePeriodSeconds", Value: dataKeySeconds},
			}, cfn.NoValue)
		}
	}
}

// keyGrant lets a role work with what the account's own key encrypts.
func keyGrant(role string) Grant {
	return Grant{
		Role: role, When: withKey, Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: cfn.List{cfn.Ref(keyParameter)},
		Reason: "It works with what the key encrypts.",
	}
}

// retain keeps what nobody could bring back, when the stack is deleted or a resource replaced: secrets that people have set, logs, tables, and
// payloads, which expire by themselves. docs/deploy.md says how to remove it.
func retain(t *cfn.Template) {
	for i := range t.Resources {
		switch t.Resources[i].Body.(type) {
		case *cfn.Secret, *cfn.LogGroup, *cfn.Bucket, *cfn.Table:
			t.Resources[i].Keep = cfn.KeepOnceMade
		}
	}
}
