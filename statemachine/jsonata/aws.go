package jsonata

import "math/rand/v2"

func randomNumber() float64 { return rand.Float64() }

var awsRows = []row{}

func checkAWS(Node) error { return nil }
