{{/* Called with a quantity of Kubernetes: `2Gi`, or a number. Gives what it is as a number. */}}
{{- define "sandlot.quantity" -}}
{{- $units := dict "" 1 "m" 0.001 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $text := toString . -}}
{{- $unit := regexFind "([kMGT]i?|m)$" $text -}}
{{- mulf (trimSuffix $unit $text | float64) (get $units $unit) -}}
{{- end -}}

{{/* Called with (list $ "component"): resources of its container, YAML. Fails if more is requested than its limit allows. */}}
{{- define "sandlot.resources" -}}
{{- $component := index . 1 -}}
{{- $resources := (get (index . 0).Values $component).resources -}}
{{- $limits := $resources.limits | default dict -}}
{{- range $name, $request := $resources.requests | default dict -}}
{{- if hasKey $limits $name -}}
{{- $limit := get $limits $name -}}
{{- if gt (include "sandlot.quantity" $request | float64) (include "sandlot.quantity" $limit | float64) -}}
{{- $path := printf "%s.resources" $component -}}
{{- fail (printf "%s.requests.%s=%v is more than %s.limits.%s=%v, and Kubernetes refuses such a pod: lower the request or raise the limit" $path $name $request $path $name $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* Fails if values of the worker, each of which is right by itself, do not fit to each other. */}}
{{- define "sandlot.refuseWorker" -}}
{{- $_ := include "sandlot.maxima" . -}}
{{- $limits := .Values.worker.resources.limits | default dict -}}
{{- if and .Values.maxima.MEMORY_BYTES $limits.memory -}}
{{- $need := include "sandlot.bytes" .Values.maxima.MEMORY_BYTES | float64 | mulf .Values.worker.concurrency | addf 536870912 -}}
{{- if gt $need (include "sandlot.quantity" $limits.memory | float64) -}}
{{- fail (printf "worker.concurrency=%d jobs of maxima.MEMORY_BYTES=%v, and 512MiB for the worker, do not fit in worker.resources.limits.memory=%v" (int .Values.worker.concurrency) .Values.maxima.MEMORY_BYTES $limits.memory) -}}
{{- end -}}
{{- end -}}
{{- $longest := .Values.maxima.WALL_TIME_MS | default (.Files.Get "files/maxima.json" | fromJson).WALL_TIME_MS.max | float64 -}}
{{- if and (lt (mulf .Values.worker.drainSeconds 1000) $longest) (not .Values.worker.allowInterruption) -}}
{{- fail (printf "worker.drainSeconds=%d is shorter than a step may take, maxima.WALL_TIME_MS=%d: raise the one or lower the other; or set worker.allowInterruption, and such jobs run twice" (int .Values.worker.drainSeconds) (int64 $longest)) -}}
{{- end -}}
{{- end -}}

{{/* Fails unless the worker's pod is Guaranteed, without which GKE makes no cgroup writable. */}}
{{- define "sandlot.refuseBurstable" -}}
{{- $limits := .Values.worker.resources.limits | default dict -}}
{{- $requests := .Values.worker.resources.requests | default dict -}}
{{- range list "cpu" "memory" -}}
{{- $limit := get $limits . -}}
{{- $request := get $requests . | default $limit -}}
{{- if ne (include "sandlot.quantity" ($limit | default 0)) (include "sandlot.quantity" ($request | default 1)) -}}
{{- fail (printf "cluster.runtime=gke takes equal requests and limits: worker.resources.requests.%s=%v, worker.resources.limits.%s=%v" . ($request | default "none") . ($limit | default "none")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
