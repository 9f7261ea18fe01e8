"""Reads a SAM template and prints, as JSON, the CloudFormation template that the SAM translator makes of it and the routes that
`sam local start-api` would serve, each with its function. Run with the interpreter of the SAM CLI."""
import json
import sys

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.provider import Stack
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()

stack = Stack(parent_stack_path="", name="", location=sys.argv[1], parameters={}, template_dict=yaml_parse(text))
routes = sorted(f"{method} {route.path} {route.function_name}" for route in ApiProvider([stack]).routes for method in route.methods if method != "OPTIONS")

template = yaml_parse(text)
for resource in template["Resources"].values():  # what sam package does: local files become objects in S3
    if "CodeUri" in resource["Properties"]:
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
    if "DefinitionS3Location" in resource["Properties"]:
        resource["Properties"]["DefinitionS3Location"] = {"Bucket": "bucket", "Key": "key"}
transformed = Translator({}, Parser()).translate(template, {"JwtIssuer": "https://issuer.example.com", "JwtAudience": "a"})

json.dump({"template": transformed, "routes": routes}, sys.stdout)
