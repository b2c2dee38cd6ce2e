"""Encodes a title in AWS Batch: its chunks in parallel, what is not cut beside them, then one job that joins and packages.

The container's command is `python -m runtime.encode chunk|assemble …`. What is wrong with a master is a verdict, written to the work
bucket; an exit code other than 0 is always the infrastructure's, and the job may be repeated.
"""
