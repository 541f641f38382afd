// Counts the words of stdin and of each file that is named, and keeps the sum in out/total.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	total := len(strings.Fields(string(text)))
	for _, path := range os.Args[1:] {
		if err == nil {
			text, err = os.ReadFile(path)
			total += len(strings.Fields(string(text)))
		}
	}
	fmt.Println(total, "words")
	if err == nil {
		err = os.MkdirAll("out", 0o755)
	}
	if err == nil {
		err = os.WriteFile("out/total", fmt.Appendln(nil, total), 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}
