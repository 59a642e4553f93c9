"""What running on many machines needs: addresses of brokers and buckets, queues, the shared scheduler, the checks."""
