# Written by steploom build. The same as Makefile for machines with x86_64: sam build --manifest takes it instead.
override ARCHITECTURE := x86_64
include $(dir $(lastword $(MAKEFILE_LIST)))Makefile
