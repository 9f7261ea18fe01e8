package cfn

import (
	"go.yaml.in/yaml/v4"
)

// Texts reads a template that Template.YAML wrote and gives the text of each resource, of each parameter ("Parameter X") and of each
// output ("Output X"), without comments.
func Texts(template []byte) (map[string]string, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(template, &document); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for section, prefix := range map[string]string{"Resources": "", "Parameters": "Parameter ", "Outputs": "Output "} {
		members := memberOf(&document, section)
		if members == nil {
			continue
		}
		for i := 0; i+1 < len(members.Content); i += 2 {
			text, err := yaml.Marshal(withoutComments(members.Content[i+1]))
			if err != nil {
				return nil, err
			}
			texts[prefix+members.Content[i].Value] = string(text)
		}
	}
	return texts, nil
}

func memberOf(document *yaml.Node, key string) *yaml.Node {
	if len(document.Content) == 0 {
		return nil
	}
	root := document.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i+1]
		}
	}
	return nil
}

func withoutComments(node *yaml.Node) *yaml.Node {
	bare := *node
	bare.HeadComment, bare.LineComment, bare.FootComment = "", "", ""
	bare.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		bare.Content[i] = withoutComments(child)
	}
	return &bare
}
