import sys

from mock_services.playground.app import create_app
from mock_services.playground.operations import document
from mock_services.shared.command import Department, run
from mock_services.shared.settings import DepartmentSettings

DEPARTMENT = Department(
    module="mock_services.playground",
    title="城市开放平台 · 调用演示: the developers' playground",
    settings=DepartmentSettings,
    create_app=create_app,
    document=document,
)

if __name__ == "__main__":
    sys.exit(run(DEPARTMENT))
