// Package intrinsic evaluates the intrinsic functions of the States Language, which states in JSONPath mode call in fields that end in .$:
// States.Format('Hello {}', $.name). The 18 functions are those of Step Functions (developer guide, "Intrinsic functions for JSONPath states"); what they
// do at the edges is what AWS was seen to do.
//
// [Parse] reads a call once; [Call.Evaluate] evaluates it on the values of package jsonata.
package intrinsic
