package local

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// ARNs of state machines on this machine.
const (
	machinePrefix = "arn:aws:states:us-east-1:000000000000:stateMachine:local-"
	machineAlias  = "live"
)

// cloud answers the AWS operations that functions use: GetSecretValue of Secrets Manager, StartSyncExecution and SendTask… of Step Functions, PutObject
// and GetObject of S3. Signatures are not checked.
type cloud struct {
	secrets   secret.Resolver
	executor  executor
	contextOf func(requestID string) context.Context
	blobs     blob.Store
	keys      sync.Map // the store's key by the object's key
}

// executor is what stands for Step Functions.
type executor interface {
	api.Executor
	api.Answerer
}

func newCloud(secrets secret.Resolver, blobs blob.Store, executor executor, contextOf func(string) context.Context) http.Handler {
	c := &cloud{secrets: secrets, executor: executor, blobs: blobs, contextOf: contextOf}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", c.serveTarget)
	mux.HandleFunc("PUT /"+isolatedBucket+"/{key...}", c.putObject)
	mux.HandleFunc("GET /"+isolatedBucket+"/{key...}", c.getObject)
	return mux
}

func (c *cloud) serveTarget(w http.ResponseWriter, r *http.Request) {
	switch target := r.Header.Get("X-Amz-Target"); target {
	case "secretsmanager.GetSecretValue":
		c.getSecretValue(w, r)
	case "AWSStepFunctions.StartSyncExecution":
		c.startSyncExecution(w, r)
	case "AWSStepFunctions.SendTaskSuccess", "AWSStepFunctions.SendTaskFailure":
		c.sendTask(w, r)
	default:
		refuse(w, "UnknownOperationException", target)
	}
}

// getSecretValue implements https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html.
func (c *cloud) getSecretValue(w http.ResponseWriter, r *http.Request) {
	var input struct{ SecretId string }
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		refuse(w, "InvalidParameterException", err.Error())
		return
	}
	value, err := c.secrets.Resolve(r.Context(), input.SecretId)
	switch {
	case errors.Is(err, &task.Error{Name: task.SecretMissing}):
		refuse(w, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	case err != nil:
		refuse(w, "InternalServiceError", err.Error())
	default:
		writeAnswer(w, map[string]string{"Name": input.SecretId, "SecretString": value})
	}
}

// startSyncExecution implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html.
func (c *cloud) startSyncExecution(w http.ResponseWriter, r *http.Request) {
	var request struct{ StateMachineArn, Input string }
	var input struct{ RequestID string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		refuse(w, "ValidationException", err.Error())
		return
	}
	if err := json.Unmarshal([]byte(request.Input), &input); err != nil {
		refuse(w, "InvalidExecutionInput", err.Error())
		return
	}
	name, known := strings.CutPrefix(request.StateMachineArn, machinePrefix)
	if !known {
		refuse(w, "StateMachineDoesNotExist", request.StateMachineArn)
		return
	}
	execution, err := c.executor.StartSync(c.contextOf(input.RequestID), strings.TrimSuffix(name, ":"+machineAlias), []byte(request.Input))
	if err != nil {
		refuse(w, "StateMachineDoesNotExist", err.Error())
		return
	}
	writeAnswer(w, map[string]string{"status": execution.Status, "output": string(execution.Output), "error": execution.Error, "cause": execution.Cause})
}

// sendTask implements https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and
// API_SendTaskFailure.html.
func (c *cloud) sendTask(w http.ResponseWriter, r *http.Request) {
	var request struct{ TaskToken, Output, Error, Cause string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		refuse(w, "ValidationException", err.Error())
		return
	}
	var waited bool
	var err error
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "Success") {
		waited, err = c.executor.Answer(r.Context(), request.TaskToken, []byte(request.Output))
	} else {
		waited, err = c.executor.Refuse(r.Context(), request.TaskToken, request.Error, request.Cause)
	}
	switch {
	case err != nil:
		refuse(w, "InvalidOutput", err.Error())
	case !waited:
		refuse(w, "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
	default:
		writeAnswer(w, map[string]string{})
	}
}

func (c *cloud) putObject(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, blob.Limit))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	key, err := c.blobs.Put(r.Context(), content)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	c.keys.Store(r.PathValue("key"), key)
}

func (c *cloud) getObject(w http.ResponseWriter, r *http.Request) {
	key, ok := c.keys.Load(r.PathValue("key"))
	if !ok {
		http.Error(w, "NoSuchKey", http.StatusNotFound)
		return
	}
	content, err := c.blobs.Get(r.Context(), key.(string))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Write(content)
}

func writeAnswer(w http.ResponseWriter, answer map[string]string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	json.NewEncoder(w).Encode(answer)
}

// refuse answers an error as AWS JSON protocols do.
func refuse(w http.ResponseWriter, code, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
}
