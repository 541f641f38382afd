{{/* Called with (list $ $own "component"): variables of its container. Each is said once: the kubelet would take the last. */}}
{{- define "sandlot.environment" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{- $component := index . 2 -}}
{{- $all := dict -}}
{{- range $path, $environment := dict "environment" $root.Values.environment (printf "%s.environment" $component) (get $root.Values $component).environment -}}
{{- include "sandlot.refuseOwn" (list $root $path $environment) -}}
{{- end -}}
{{- range $name, $value := $root.Values.environment -}}{{- $_ := set $all $name $value -}}{{- end -}}
{{- range $name, $value := (get $root.Values $component).environment -}}{{- $_ := set $all $name $value -}}{{- end -}}
{{- range $name, $value := include "sandlot.maxima" $root | fromYaml -}}{{- $_ := set $all $name $value -}}{{- end -}}
{{- $_ := set $all "SANDLOT_LOG_LEVEL" $root.Values.logLevel -}}
{{- $_ := set $all "SANDLOT_DATA_DIR" "/var/lib/sandlot" -}}
{{- $_ := set $all "SANDLOT_RETENTION_MS" ($root.Values.store.retentionMs | int64 | toString) -}}
{{- $_ := set $all "SANDLOT_RETENTION_JOBS" ($root.Values.store.retentionJobs | int64 | toString) -}}
{{- range $name, $value := $own -}}{{- $_ := set $all $name $value -}}{{- end -}}
- name: SANDLOT_QUEUE
  valueFrom:
    secretKeyRef:
      name: {{ include "sandlot.queueSecret" $root | quote }}
      key: {{ include "sandlot.queueUrlKey" $root | quote }}
{{- range $name, $value := $all }}
- name: {{ $name | quote }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Called with (list $ "path" $environment): fails if that has a variable of the chart's own. */}}
{{- define "sandlot.refuseOwn" -}}
{{- $root := index . 0 -}}
{{- $path := index . 1 -}}
{{- $variables := $root.Files.Get "files/variables.yaml" | fromYaml -}}
{{- range $name, $_ := index . 2 -}}
{{- $values := get $variables $name -}}
{{- if hasPrefix "SANDLOT_MAX_" $name -}}
{{- $values = list (printf "maxima.%s" (trimPrefix "SANDLOT_MAX_" $name)) -}}
{{- end -}}
{{- with $values -}}
{{- fail (printf "%s.%s: the chart sets this variable itself. Say it by %s" $path $name (join " or " .)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
