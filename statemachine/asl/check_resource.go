package asl

import (
	"regexp"
	"slices"
	"strings"
)

// isResource checks the Resource of a Task.
func isResource(c *checker, p place, v any) {
	text, ok := c.arn(p, v)
	if !ok {
		return
	}
	if !isSubstituted(text) {
		c.recognized(p, text, resourceKind(text))
	}
	if c.options.Express {
		c.expressResource(p, text)
	}
}

// isResourceOf checks the Resource of an ItemReader or a ResultWriter: one of the given resources of S3.
func isResourceOf(resources []string) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		text, ok := c.arn(p, v)
		if !ok || isSubstituted(text) {
			return
		}
		name, ok := integrationName(text)
		if !ok || !slices.Contains(resources, name) {
			c.recognized(p, text, unknownResource)
		}
	}
}

func readerResources() []string { return []string{"s3:getObject", "s3:listObjectsV2"} }

func writerResources() []string { return []string{"s3:putObject"} }

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
func isSubstituted(text string) bool { return strings.Contains(text, "${") }

func (c *checker) recognized(p place, arn string, kind resource) {
	switch kind {
	case unknownResource:
		c.schema(p.position, "The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", arn)
	case unknownService:
		c.warn(UnknownService, p.position, "The resource %s is of a service that is not known here", arn)
	}
}

func (c *checker) expressResource(p place, arn string) {
	for _, pattern := range []string{".waitForTaskToken", ".sync", ".sync:2"} {
		if strings.HasSuffix(arn, pattern) {
			c.schema(p.position, "Express state machine does not support '%s' service integration ", strings.TrimSuffix(pattern, ":2"))
			return
		}
	}
	if strings.Contains(arn, ":activity:") {
		c.schema(p.position, "Express state machine does not support activities")
	}
}

// resource is what is known of the resource of a Task.
type resource int

const (
	knownResource   resource = iota
	unknownService           // there may be a service of that name
	unknownResource          // Step Functions has none of that name
)

var (
	functionARN    = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(:[^:]*)?$`)
	activityARN    = regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]*:[^:]*:activity:[^:]+$`)
	specARN        = regexp.MustCompile(`^arn:aws[a-z-]*:swf:[^:]*:[^:]*:task:.+$`) // in the examples of the States Language specification
	integrationARN = regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]*:[^:]*:(.+)$`)
	sdkName        = regexp.MustCompile(`^aws-sdk:([a-z0-9]+):[a-z][A-Za-z0-9]*(\.waitForTaskToken)?$`)
)

// resourceKind looks a resource up (Step Functions developer guide, "Integrating services"): a Lambda function, an activity, an optimized integration,
// or an API action of the AWS SDK. What actions a service of the SDK has is not known here.
func resourceKind(arn string) resource {
	if functionARN.MatchString(arn) || activityARN.MatchString(arn) {
		return knownResource
	}
	if specARN.MatchString(arn) {
		return unknownService
	}
	name, ok := integrationName(arn)
	if !ok {
		return unknownResource
	}
	if strings.HasPrefix(name, "aws-sdk:") {
		return sdkResource(name)
	}
	if isOptimized(name) {
		return knownResource
	}
	return unknownResource
}

// integrationName is service:action of the ARN of a service integration.
func integrationName(arn string) (string, bool) {
	found := integrationARN.FindStringSubmatch(arn)
	if found == nil {
		return "", false
	}
	return found[1], true
}

func sdkResource(name string) resource {
	found := sdkName.FindStringSubmatch(name)
	switch {
	case found == nil:
		return unknownResource
	case !strings.Contains(sdkServices, " "+found[1]+" ") && !strings.Contains(sdkServices, " "+found[1]+"service "):
		return unknownService
	default:
		return knownResource
	}
}

// isOptimized reports whether service:action, with .sync or .waitForTaskToken behind it, is an optimized integration.
func isOptimized(name string) bool {
	service, action, _ := strings.Cut(name, ":")
	actions, callback := optimized(service)
	if plain, ok := strings.CutSuffix(action, ".waitForTaskToken"); ok {
		return callback && slices.Contains(actions, plain) || slices.Contains(actions, action)
	}
	if plain, ok := strings.CutSuffix(action, ":2"); ok {
		return service == "states" && slices.Contains(actions, plain)
	}
	return slices.Contains(actions, action) || slices.Contains(actions, action+".sync")
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
