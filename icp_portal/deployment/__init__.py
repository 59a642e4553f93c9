"""Parts of a portal on many machines: addresses of brokers and buckets, queues, the shared scheduler, checks."""
