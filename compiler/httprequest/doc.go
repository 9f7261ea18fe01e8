// Package httprequest says in the terms of function http (functions/http) what dialects say in words of their own: the parts of a request, who it
// shows to be, and what is known of an answer that failed.
//
//	request := httprequest.Request{Method: "GET", URL: "https://example.com/pets", Auth: &httprequest.Auth{Kind: httprequest.Bearer, Secret: "PETS"}}
//	call := &ir.Call{Function: task.HTTP, Arguments: request.Arguments()}
package httprequest
