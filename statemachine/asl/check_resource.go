package asl

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// isResource checks the Resource of a Task.
func isResource(c *checker, p place, v any) {
	text, ok := c.arn(p, v)
	if !ok {
		return
	}
	if !isSubstituted(text) {
		c.recognized(p, text, presenceOf(text))
	}
	if c.options.Express {
		c.expressResource(p, text)
	}
}

// isResourceOf checks the Resource of an ItemReader or a ResultWriter: one of the given actions of S3.
func isResourceOf(actions ...string) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		text, ok := c.arn(p, v)
		if !ok || isSubstituted(text) {
			return
		}
		r := ParseResource(text)
		if r.Service != "s3" || !slices.Contains(actions, r.Action) || r.Pattern != RequestResponse {
			c.schema(p.position, "The field 'Resource' does not match any of the allowed values")
		}
	}
}

// arn is the text of a Resource field, and whether it may be an ARN.
func (c *checker) arn(p place, v any) (string, bool) {
	text, ok := v.(string)
	switch {
	case !ok:
		c.mistyped(p.position, "STRING")
	case isDelimited(text):
		c.schema(p.position, "JSONata expressions are not supported in the field 'Resource'")
		ok = false
	}
	return text, ok
}

// isSubstituted reports whether deployment fills in a part of the text.
func isSubstituted(text string) bool {
	_, rest, opened := strings.Cut(text, "${")
	return opened && strings.Contains(rest, "}")
}

// isFilledIn reports whether all of a value is what deployment fills in: a ${substitution}, or a function of CloudFormation in its long form.
func isFilledIn(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasPrefix(v, "${") && strings.IndexByte(v, '}') == len(v)-1
	case *jsonata.Object:
		for name := range v.All() {
			return v.Len() == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::"))
		}
	}
	return false
}

// presence is whether Step Functions has a resource.
type presence int

const (
	present   presence = iota
	uncertain          // there may be a service of that name
	absent
)

func (c *checker) recognized(p place, arn string, is presence) {
	switch {
	case is == absent && !strings.HasPrefix(arn, "arn:"):
		c.schema(p.position, "Value is not a valid resource ARN")
	case is == absent:
		c.schema(p.position, "The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", arn)
	case is == uncertain:
		c.warn(UnknownService, p.position, "The resource %s is of a service that is not known here", arn)
	}
}

func (c *checker) expressResource(p place, arn string) {
	switch r := ParseResource(arn); {
	case r.Kind == ActivityResource:
		c.schema(p.position, "Express state machine does not support activities")
	case r.Pattern == RunJobData:
		c.schema(p.position, "Express state machine does not support '%s' service integration ", RunJob)
	case r.Pattern != RequestResponse:
		c.schema(p.position, "Express state machine does not support '%s' service integration ", r.Pattern)
	}
}

var (
	stateARN    = regexp.MustCompile(`^arn:aws[a-z-]*:states:`)
	functionARN = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(:(\$LATEST|[A-Za-z0-9_-]+))?$`)
	specARN     = regexp.MustCompile(`^arn:aws[a-z-]*:swf:[^:]*:[^:]*:task:.+$`) // in the examples of the States Language specification
	sdkService  = regexp.MustCompile(`^[a-z0-9]+$`)
	sdkAction   = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
)

// presenceOf looks a resource up (Step Functions developer guide, "Integrating services"): a Lambda function, an activity, an optimized integration,
// or an action of the AWS SDK. Which actions a service of the SDK has is not known here.
func presenceOf(arn string) presence {
	switch r := ParseResource(arn); {
	case functionARN.MatchString(arn):
		return present
	case specARN.MatchString(arn):
		return uncertain
	case !stateARN.MatchString(arn) || r.Kind == FunctionResource:
		return absent
	case r.Kind == ActivityResource:
		return present
	case r.Service == "aws-sdk" || strings.HasPrefix(r.Service, "aws-sdk:"):
		return sdkPresence(r)
	case isOptimized(r):
		return present
	default:
		return absent
	}
}

func sdkPresence(r Resource) presence {
	service := strings.TrimPrefix(r.Service, "aws-sdk:")
	switch {
	case !sdkService.MatchString(service) || !sdkAction.MatchString(r.Action) || r.Pattern == RunJob || r.Pattern == RunJobData:
		return absent
	case strings.Contains(sdkServices, " "+service+" ") || strings.Contains(sdkServices, " "+service+"service "):
		return present
	default:
		return uncertain
	}
}

func isOptimized(r Resource) bool {
	actions, callback := optimized(r.Service)
	job := slices.Contains(actions, r.Action+string(RunJob))
	exists := job || slices.Contains(actions, r.Action)
	switch r.Pattern {
	case WaitForTaskToken:
		return exists && callback
	case RunJob:
		return job
	case RunJobData:
		return job && r.Service == "states"
	default:
		return exists
	}
}

// optimized answers the actions of an optimized integration (Step Functions developer guide, "Integrating optimized services"), and whether they can
// wait for a task token. An action with .sync can be a job to wait for; it also exists without. It is one flat switch.
func optimized(service string) (actions []string, callback bool) {
	names := ""
	switch service {
	case "apigateway", "lambda":
		names, callback = "invoke", true
	case "http":
		names = "invoke"
	case "athena":
		names = "startQueryExecution.sync stopQueryExecution getQueryExecution getQueryResults"
	case "batch":
		names = "submitJob.sync"
	case "bedrock":
		names, callback = "invokeModel createModelCustomizationJob.sync", true
	case "codebuild":
		names = "startBuild.sync stopBuild batchDeleteBuilds batchGetReports startBuildBatch.sync stopBuildBatch retryBuildBatch.sync deleteBuildBatch"
	case "dynamodb":
		names = "getItem putItem updateItem deleteItem"
	case "ecs":
		names, callback = "runTask.sync", true
	case "eks":
		names, callback = "call runJob.sync createCluster.sync deleteCluster.sync createFargateProfile.sync deleteFargateProfile.sync createNodegroup.sync deleteNodegroup.sync", true
	case "elasticmapreduce":
		names = "createCluster.sync setClusterTerminationProtection terminateCluster.sync addStep.sync cancelStep modifyInstanceFleetByName modifyInstanceGroupByName"
	case "emr-containers":
		names = "createVirtualCluster deleteVirtualCluster.sync startJobRun.sync"
	case "emr-serverless":
		names = "createApplication.sync startApplication.sync stopApplication.sync deleteApplication.sync startJobRun.sync cancelJobRun.sync"
	case "events":
		names, callback = "putEvents", true
	case "glue", "databrew":
		names = "startJobRun.sync"
	case "mediaconvert":
		names = "createJob.sync"
	case "sagemaker":
		names = "createEndpoint createEndpointConfig createHyperParameterTuningJob.sync createLabelingJob.sync createModel createProcessingJob.sync " +
			"createTrainingJob.sync createTransformJob.sync updateEndpoint"
	case "sns":
		names, callback = "publish", true
	case "sqs":
		names, callback = "sendMessage", true
	case "states":
		names, callback = "startExecution.sync", true
	}
	return strings.Fields(names), callback
}
