{{/* What the pods of ingest, processor and topics job share. */}}

{{/* The restricted pod security standard. */}}
{{- define "s2-stream.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "s2-stream.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "s2-stream.credentialMounts" -}}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.caSecret.name }}
- {name: kafka-ca, mountPath: /etc/s2/kafka-ca, readOnly: true}
{{- end }}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.clientSecret.name }}
- {name: kafka-client, mountPath: /etc/s2/kafka-client, readOnly: true}
{{- end }}
{{- if and .Values.kafka.sasl.mechanism .Values.kafka.sasl.existingSecret }}
- {name: kafka-sasl, mountPath: /etc/s2/kafka-sasl, readOnly: true}
{{- end }}
{{- if .Values.schemaRegistry.existingSecret }}
- {name: registry, mountPath: /etc/s2/registry, readOnly: true}
{{- end }}
{{- end -}}

{{- define "s2-stream.credentialVolumes" -}}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.caSecret.name }}
- name: kafka-ca
  secret: {secretName: {{ .Values.kafka.tls.caSecret.name }}, defaultMode: 0440}
{{- end }}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.clientSecret.name }}
- name: kafka-client
  secret: {secretName: {{ .Values.kafka.tls.clientSecret.name }}, defaultMode: 0440}
{{- end }}
{{- if and .Values.kafka.sasl.mechanism .Values.kafka.sasl.existingSecret }}
- name: kafka-sasl
  secret: {secretName: {{ .Values.kafka.sasl.existingSecret }}, defaultMode: 0440}
{{- end }}
{{- if .Values.schemaRegistry.existingSecret }}
- name: registry
  secret: {secretName: {{ .Values.schemaRegistry.existingSecret }}, defaultMode: 0440}
{{- end }}
{{- end -}}

{{/* Takes (dict "existing" VALUES "file" FILE): the volume "config" with that one file. */}}
{{- define "s2-stream.existingConfigVolume" -}}
- name: config
{{- if eq .existing.kind "secret" }}
  secret:
    secretName: {{ .existing.name }}
    defaultMode: 0440
{{- else }}
  configMap:
    name: {{ .existing.name }}
{{- end }}
    items: [{key: {{ .existing.key | quote }}, path: {{ .file }}}]
{{- end -}}

{{- define "s2-stream.tmpVolume" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ . }}}
{{- end -}}

{{- define "s2-stream.modelVolume" -}}
{{- $model := .Values.processor.model -}}
- name: model
{{- if eq $model.source "pvc" }}
  persistentVolumeClaim:
    claimName: {{ required "processor.model.pvc.claimName is required with processor.model.source pvc" $model.pvc.claimName }}
    readOnly: true
{{- else }}
  emptyDir: {sizeLimit: {{ $model.sizeLimit }}}
{{- end }}
{{- end -}}

{{/* The init container that fills the model volume; empty with a volume claim. */}}
{{- define "s2-stream.modelInit" -}}
{{- $model := .Values.processor.model -}}
{{- if ne $model.source "pvc" -}}
- name: model
{{- if eq $model.source "image" }}
  image: {{ required "processor.model.image.reference is required with processor.model.source image" $model.image.reference | quote }}
  command: [cp, -r, {{ printf "%s/." $model.image.path | quote }}, /models/]
{{- else if eq $model.source "hub" }}
  image: {{ required "processor.model.hub.image is required with processor.model.source hub" $model.hub.image | quote }}
  command:
    - hf
    - download
    - {{ required "processor.model.hub.repository is required with processor.model.source hub" $model.hub.repository | quote }}
    - --revision
    - {{ required "processor.model.hub.revision is required with processor.model.source hub: a commit" $model.hub.revision | quote }}
    - --local-dir
    - /models
  env:
    - {name: HF_HOME, value: /tmp/hf}
    {{- with $model.hub.tokenSecret }}
    - name: HF_TOKEN
      valueFrom: {secretKeyRef: {name: {{ . }}, key: token}}
    {{- end }}
{{- else }}
  image: {{ required "processor.model.download.image is required with processor.model.source download" $model.download.image | quote }}
  command: {{ required "processor.model.download.command is required with processor.model.source download" $model.download.command | toJson }}
  {{- with $model.download.env }}
  env: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $model.download.envFrom }}
  envFrom: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
  securityContext: {{ include "s2-stream.securityContext" . | nindent 4 }}
  resources:
    requests: {cpu: 100m, memory: 256Mi}
    limits: {memory: 1Gi}
  volumeMounts:
    - {name: model, mountPath: /models}
    - {name: tmp, mountPath: /tmp}
{{- end -}}
{{- end -}}

{{/* Takes a component's values: where its pods may run. */}}
{{- define "s2-stream.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Takes (dict "root" $ "values" VALUES). */}}
{{- define "s2-stream.environment" -}}
- {name: S2_JAVA_OPTS, value: {{ .values.javaOpts | quote }}}
- {name: S2_LOG_FORMAT, value: {{ .root.Values.log.format }}}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Loading a tower and waiting for brokers is not death: until /startupz answers, nothing else is asked. */}}
{{- define "s2-stream.probes" -}}
ports:
  - {name: http, containerPort: {{ .Values.http.port }}}
startupProbe:
  httpGet: {path: /startupz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ div (add .Values.probes.startupSeconds 4) 5 }}
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
{{- end -}}
