// Confluent's JavaScript client, for tests: one message from bytes to JSON, or from JSON to bytes.
//   node confluent_client.mjs read REGISTRY TOPIC < message      prints the record, bytes as base64
//   node confluent_client.mjs write REGISTRY TOPIC SCHEMA < json prints the message as base64
// NODE_PATH names the folder with @confluentinc/schemaregistry.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } = createRequire(import.meta.url)(
  "@confluentinc/schemaregistry");

const [mode, registry, topic, schemaFile] = process.argv.slice(2);
const client = SchemaRegistryClient.newClient({ baseURLs: [registry] });
const input = readFileSync(0);

if (mode === "read") {
  const record = await new AvroDeserializer(client, SerdeType.VALUE, {}).deserialize(topic, input);
  for (const field of ["data", "token_scales"]) {
    record[field] = record[field] && Buffer.from(record[field]).toString("base64");
  }
  writeFileSync(1, JSON.stringify(record)); // whole, before the exit below
} else {
  const record = JSON.parse(input);
  record.data = Buffer.from(record.data, "base64");
  const schema = { schemaType: "AVRO", schema: readFileSync(schemaFile, "utf8") };
  await client.register(`${topic}-value`, schema);
  const serializer = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
  writeFileSync(1, (await serializer.serialize(topic, record)).toString("base64"));
}
process.exit(0); // the client keeps timers
