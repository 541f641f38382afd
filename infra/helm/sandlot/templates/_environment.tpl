{{/* Called with (list $ $own $more): variables of a container, by name; what the chart needs itself wins. */}}
{{- define "sandlot.environment" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{- $all := dict -}}
{{- range $name, $value := $root.Values.maxima -}}
{{- $_ := set $all (printf "SANDLOT_MAX_%s" $name) (ternary $value ($value | int64 | toString) (kindIs "string" $value)) -}}
{{- end -}}
{{- range $name, $value := $root.Values.environment -}}{{- $_ := set $all $name $value -}}{{- end -}}
{{- range $name, $value := index . 2 -}}{{- $_ := set $all $name $value -}}{{- end -}}
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
