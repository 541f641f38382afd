{{/* Called with a number, or a size as Sandlot writes it: `512MiB`. Gives what it is in bytes. The schema has seen to the form. */}}
{{- define "sandlot.bytes" -}}
{{- $units := dict "" 1 "b" 1 "kib" 1024 "mib" 1048576 "gib" 1073741824 -}}
{{- $text := toString . | lower -}}
{{- $unit := regexFind "[kmg]?i?b$" $text -}}
{{- mulf (trimSuffix $unit $text | trim | float64) (get $units $unit) -}}
{{- end -}}

{{/* The operator's maxima as variables, YAML. Their ranges are not in the schema, which cannot compare texts. */}}
{{- define "sandlot.maxima" -}}
{{- $ranges := .Files.Get "files/maxima.json" | fromJson -}}
{{- range $name, $value := .Values.maxima -}}
{{- /* Large numbers would be written with an exponent. */ -}}
{{- $text := ternary $value (ternary ($value | int64) $value (eq (float64 $value) (floor $value)) | toString) (kindIs "string" $value) -}}
{{- $range := get $ranges $name -}}
{{- $number := include "sandlot.bytes" $value | float64 -}}
{{- if or (lt $number (float64 $range.min)) (gt $number (float64 $range.max)) -}}
{{- fail (printf "maxima.%s=%s is out of range: Sandlot takes %.12g to %.12g" $name $text $range.min $range.max) -}}
{{- end }}
SANDLOT_MAX_{{ $name }}: {{ $text | quote }}
{{- end -}}
{{- end -}}
